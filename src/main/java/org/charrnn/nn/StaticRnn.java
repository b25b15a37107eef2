package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;

/**
 * Unrolls a cell over a fixed number of time steps in a plain Java loop. Each step is a separate
 * part of the graph, so TensorFlow-Java can differentiate through it.
 */
public final class StaticRnn {
  private StaticRnn() {}

  /**
   * Unrolls a cell.
   *
   * @param inputs {@code [batch, time, inputSize]}
   * @param timeSteps size of the time dimension
   * @param initial the state before the first step
   * @return outputs {@code [batch, time, hiddenSize]} and the state after the last step
   */
  public static RnnOutputs unroll(
      Ops tf, RnnCell cell, Operand<TFloat32> inputs, int timeSteps, RnnState initial) {
    List<Operand<TFloat32>> outputs = new ArrayList<>();
    RnnState state = initial;
    for (Operand<TFloat32> input : // each [batch, inputSize]
        tf.unstack(inputs, (long) timeSteps, Unstack.axis(1L)).output()) {
      RnnCell.Step step = cell.step(tf, input, state);
      outputs.add(step.output());
      state = step.state();
    }
    return new RnnOutputs(tf.stack(outputs, Stack.axis(1L)), state);
  }
}
