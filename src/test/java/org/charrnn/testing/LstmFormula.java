package org.charrnn.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A reference implementation of the LSTM cell in plain Java and double precision, without matrix
 * operations.
 *
 * @param kernel {@code [input + hidden][4 * hidden]}, columns i, j, f, o
 * @param bias {@code [4 * hidden]}
 * @param forgetBias added to the forget gate before the sigmoid
 */
@SuppressWarnings("ArrayRecordComponent") // a plain data carrier
public record LstmFormula(double[][] kernel, double[] bias, double forgetBias) {

  /** The state of one cell; each array is {@code [batch][hidden]}. */
  @SuppressWarnings("ArrayRecordComponent") // a plain data carrier
  public record State(double[][] c, double[][] h) {}

  /** The outputs of a stack, {@code [batch][time][hidden]}, and the final state of each cell. */
  @SuppressWarnings("ArrayRecordComponent") // a plain data carrier
  public record Sequence(double[][][] outputs, List<State> states) {}

  /** Returns a cell with random weights between -1 and 1. */
  public static LstmFormula random(SplittableRandom random, int inputSize, int hiddenSize) {
    return new LstmFormula(
        Numbers.matrix(random, inputSize + hiddenSize, 4 * hiddenSize),
        Numbers.vector(random, 4 * hiddenSize),
        1);
  }

  /** Returns the hidden size, which is the number of output features. */
  public int hiddenSize() {
    return bias.length / 4;
  }

  /** Returns a random state with values between -1 and 1. */
  public State randomState(SplittableRandom random, int batch) {
    return new State(
        Numbers.matrix(random, batch, hiddenSize()), Numbers.matrix(random, batch, hiddenSize()));
  }

  /** Returns the zero state. */
  public State zeroState(int batch) {
    return new State(new double[batch][hiddenSize()], new double[batch][hiddenSize()]);
  }

  /** Returns the state after one time step with the input {@code x}, {@code [batch][input]}. */
  public State step(double[][] x, State previous) {
    int hidden = hiddenSize();
    State next = zeroState(x.length);
    for (int row = 0; row < x.length; row++) {
      for (int k = 0; k < hidden; k++) {
        double i = sigmoid(preActivation(x[row], previous.h()[row], k));
        double j = Math.tanh(preActivation(x[row], previous.h()[row], hidden + k));
        double f = sigmoid(preActivation(x[row], previous.h()[row], 2 * hidden + k) + forgetBias);
        double o = sigmoid(preActivation(x[row], previous.h()[row], 3 * hidden + k));
        next.c()[row][k] = previous.c()[row][k] * f + i * j;
        next.h()[row][k] = Math.tanh(next.c()[row][k]) * o;
      }
    }
    return next;
  }

  private double preActivation(double[] x, double[] h, int column) {
    double sum = bias[column];
    for (int row = 0; row < x.length; row++) {
      sum += x[row] * kernel[row][column];
    }
    for (int row = 0; row < h.length; row++) {
      sum += h[row] * kernel[x.length + row][column];
    }
    return sum;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /**
   * Runs a stack of cells over a sequence.
   *
   * @param stack the cells, from the lowest layer up
   * @param inputs {@code [batch][time][input]}
   * @param initial the initial state of each cell
   */
  public static Sequence run(List<LstmFormula> stack, double[][][] inputs, List<State> initial) {
    int batch = inputs.length;
    int time = inputs[0].length;
    double[][][] outputs = new double[batch][time][];
    List<State> states = new ArrayList<>(initial);
    for (int t = 0; t < time; t++) {
      double[][] x = new double[batch][];
      for (int row = 0; row < batch; row++) {
        x[row] = inputs[row][t];
      }
      for (int layer = 0; layer < stack.size(); layer++) {
        states.set(layer, stack.get(layer).step(x, states.get(layer)));
        x = states.get(layer).h();
      }
      for (int row = 0; row < batch; row++) {
        outputs[row][t] = x[row];
      }
    }
    return new Sequence(outputs, states);
  }
}
