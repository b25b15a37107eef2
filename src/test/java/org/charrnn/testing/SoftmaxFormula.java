package org.charrnn.testing;

import java.util.Arrays;

/** Softmax and cross entropy in plain Java and double precision. */
public final class SoftmaxFormula {
  private SoftmaxFormula() {}

  /** Returns the probabilities for one row of logits. */
  public static double[] softmax(double[] logits) {
    double max = Arrays.stream(logits).max().orElseThrow();
    double[] exponentials = Arrays.stream(logits).map(x -> Math.exp(x - max)).toArray();
    double sum = Arrays.stream(exponentials).sum();
    return Arrays.stream(exponentials).map(e -> e / sum).toArray();
  }

  /** Returns the logits of one row, {@code x * w + b}. */
  public static double[] logits(double[] x, double[][] w, double[] b) {
    double[] logits = b.clone();
    for (int row = 0; row < x.length; row++) {
      for (int k = 0; k < b.length; k++) {
        logits[k] += x[row] * w[row][k];
      }
    }
    return logits;
  }

  /**
   * Returns the weighted mean cross entropy, in nats.
   *
   * @param logits {@code [batch][time][classes]}
   * @param targets {@code [batch][time]}
   * @param weights {@code [batch][time]}
   */
  public static double meanCrossEntropy(double[][][] logits, int[][] targets, double[][] weights) {
    double sum = 0;
    double total = 0;
    for (int row = 0; row < targets.length; row++) {
      for (int t = 0; t < targets[row].length; t++) {
        sum -= weights[row][t] * Math.log(softmax(logits[row][t])[targets[row][t]]);
        total += weights[row][t];
      }
    }
    return sum / total;
  }
}
