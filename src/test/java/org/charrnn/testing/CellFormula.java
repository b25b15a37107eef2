package org.charrnn.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** A reference implementation of a recurrent cell in plain Java and double precision. */
@FunctionalInterface
public interface CellFormula {
  /**
   * Runs one time step.
   *
   * @param x the input, {@code [batch][input]}
   * @param previous the state before the step, arrays of {@code [batch][hidden]}
   * @return the state after the step; its last array is also the output
   */
  List<double[][]> step(double[][] x, List<double[][]> previous);

  /** The outputs for a sequence, {@code [batch][time][hidden]}, and the final state. */
  @SuppressWarnings("ArrayRecordComponent") // a plain data carrier
  record Sequence(double[][][] outputs, List<double[][]> state) {}

  /**
   * Runs the cell over a sequence.
   *
   * @param inputs {@code [batch][time][input]}
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
   * Stacks cells as layers of one cell.
   *
   * @param cells the cells, from the lowest layer up
   * @param stateTensors the number of state arrays of each cell
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

  /** Concatenates two rows. */
  static double[] concat(double[] x, double[] h) {
    return DoubleStream.concat(DoubleStream.of(x), DoubleStream.of(h)).toArray();
  }
}
