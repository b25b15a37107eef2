package org.charrnn.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** A recurrent cell in plain Java and double precision. */
@FunctionalInterface
public interface CellFormula {
  /**
   * One time step.
   *
   * @param x {@code [batch][input]}
   * @param previous the state before it, each {@code [batch][hidden]}
   * @return the state after it; its last part is the output, too
   */
  List<double[][]> step(double[][] x, List<double[][]> previous);

  /** What a sequence gives: outputs {@code [batch][time][hidden]} and the last state. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data
  record Sequence(double[][][] outputs, List<double[][]> state) {}

  /**
   * Runs the cell over {@code inputs}, {@code [batch][time][input]}.
   *
   * @param initial the state before the first step
   */
  default Sequence run(double[][][] inputs, List<double[][]> initial) {
    double[][][] outputs = new double[inputs.length][inputs[0].length][];
    List<double[][]> state = initial;
    for (int t = 0; t < inputs[0].length; t++) {
      double[][] x = new double[inputs.length][];
      for (int row = 0; row < inputs.length; row++) {
        x[row] = inputs[row][t];
      }
      state = step(x, state);
      for (int row = 0; row < inputs.length; row++) {
        outputs[row][t] = state.get(state.size() - 1)[row];
      }
    }
    return new Sequence(outputs, state);
  }

  /**
   * Puts cells on top of one another.
   *
   * @param stateTensors of each cell
   */
  static CellFormula stack(List<? extends CellFormula> cells, int stateTensors) {
    return (x, previous) -> {
      double[][] input = x;
      List<double[][]> next = new ArrayList<>();
      for (int layer = 0; layer < cells.size(); layer++) {
        int from = layer * stateTensors;
        next.addAll(cells.get(layer).step(input, previous.subList(from, from + stateTensors)));
        input = next.get(next.size() - 1);
      }
      return next;
    };
  }

  /** The numbers of one row, then those of another. */
  static double[] concat(double[] x, double[] h) {
    return DoubleStream.concat(DoubleStream.of(x), DoubleStream.of(h)).toArray();
  }
}
