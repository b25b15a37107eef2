package org.charrnn.testing;

import java.util.List;
import java.util.SplittableRandom;

/**
 * A reference implementation of the GRU cell in plain Java and double precision.
 *
 * @param gatesKernel {@code [input + hidden][2 * hidden]}, columns r, u
 * @param gatesBias {@code [2 * hidden]}
 * @param candidateKernel {@code [input + hidden][hidden]}
 * @param candidateBias {@code [hidden]}
 */
@SuppressWarnings("ArrayRecordComponent") // a plain data carrier
public record GruFormula(
    double[][] gatesKernel, double[] gatesBias, double[][] candidateKernel, double[] candidateBias)
    implements CellFormula {

  /** Returns a cell with random weights between -1 and 1. */
  public static GruFormula random(SplittableRandom random, int inputSize, int hiddenSize) {
    return new GruFormula(
        Numbers.matrix(random, inputSize + hiddenSize, 2 * hiddenSize),
        Numbers.vector(random, 2 * hiddenSize),
        Numbers.matrix(random, inputSize + hiddenSize, hiddenSize),
        Numbers.vector(random, hiddenSize));
  }

  @Override
  public List<double[][]> step(double[][] x, List<double[][]> previous) {
    double[][] next = new double[x.length][];
    for (int row = 0; row < x.length; row++) {
      next[row] = step(x[row], previous.get(0)[row]);
    }
    return List.<double[][]>of(next);
  }

  private double[] step(double[] x, double[] h) {
    int hidden = h.length;
    double[] gates = SoftmaxFormula.logits(CellFormula.concat(x, h), gatesKernel, gatesBias);
    double[] reset = new double[hidden];
    for (int k = 0; k < hidden; k++) {
      reset[k] = sigmoid(gates[k]) * h[k];
    }
    double[] candidate =
        SoftmaxFormula.logits(CellFormula.concat(x, reset), candidateKernel, candidateBias);
    double[] next = new double[hidden];
    for (int k = 0; k < hidden; k++) {
      double u = sigmoid(gates[hidden + k]);
      next[k] = u * h[k] + (1 - u) * Math.tanh(candidate[k]);
    }
    return next;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
