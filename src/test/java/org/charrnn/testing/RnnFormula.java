package org.charrnn.testing;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A reference implementation of the basic recurrent cell in plain Java and double precision.
 *
 * @param kernel {@code [input + hidden][hidden]}
 * @param bias {@code [hidden]}
 */
@SuppressWarnings("ArrayRecordComponent") // a plain data carrier
public record RnnFormula(double[][] kernel, double[] bias) implements CellFormula {

  /** Returns a cell with random weights between -1 and 1. */
  public static RnnFormula random(SplittableRandom random, int inputSize, int hiddenSize) {
    return new RnnFormula(
        Numbers.matrix(random, inputSize + hiddenSize, hiddenSize),
        Numbers.vector(random, hiddenSize));
  }

  @Override
  public List<double[][]> step(double[][] x, List<double[][]> previous) {
    double[][] next = new double[x.length][];
    for (int row = 0; row < x.length; row++) {
      double[] inputAndH = CellFormula.concat(x[row], previous.get(0)[row]);
      next[row] =
          Arrays.stream(SoftmaxFormula.logits(inputAndH, kernel, bias)).map(Math::tanh).toArray();
    }
    return List.<double[][]>of(next);
  }
}
