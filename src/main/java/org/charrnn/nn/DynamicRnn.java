package org.charrnn.nn;

import static org.charrnn.graph.Operands.float32;
import static org.charrnn.graph.Operands.int32;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.graph.WhileLoop;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Runs a cell over any number of time steps by a loop in the graph.
 *
 * <p>For inference: the number of steps is known only when the graph runs. Inputs and outputs pass
 * through tensor lists, so the cost grows linearly in time, also for the gradient that Python takes
 * of a loaded model. TensorFlow-Java itself cannot differentiate the loop; train with {@link
 * StaticRnn}.
 */
public final class DynamicRnn {
  private static final int STEP = 0;
  private static final int STEPS = 1;
  private static final int INPUTS = 2;
  private static final int OUTPUTS = 3;
  private static final int STATE = 4;

  private DynamicRnn() {}

  /**
   * Adds the loop to a graph.
   *
   * @param name of the loop, unused so far in the graph
   * @param inputs {@code [batch, time, inputSize]}, batch and time of any length
   * @param initial the state before the first step
   * @return outputs {@code [batch, time, hiddenSize]} and the state after the last step
   */
  public static RnnOutputs run(
      Ops tf, String name, RnnCell cell, Operand<TFloat32> inputs, RnnState initial) {
    var batchAndTimeSwapped = tf.constant(new int[] {1, 0, 2});
    var timeMajor = tf.linalg.transpose(inputs, batchAndTimeSwapped); // [time, batch, inputSize]
    List<Output<TInt32>> sizes = tf.unstack(tf.shape(timeMajor), 3L).output();
    Operand<TInt32> time = sizes.get(0);
    Operand<TInt32> batch = sizes.get(1);
    var inputShape = tf.constant(new int[] {-1, cell.inputSize()});
    var outputShape = tf.constant(new int[] {-1, cell.hiddenSize()});

    List<WhileLoop.Variable> variables = new ArrayList<>();
    variables.add(new WhileLoop.Variable(tf.constant(0), Shape.scalar()));
    variables.add(new WhileLoop.Variable(time, Shape.scalar()));
    variables.add(
        new WhileLoop.Variable(tf.tensorListFromTensor(timeMajor, inputShape), Shape.scalar()));
    variables.add(
        new WhileLoop.Variable(
            tf.tensorListReserve(outputShape, time, TFloat32.class), Shape.scalar()));
    List<Integer> stateSizes = cell.stateSizes();
    for (int i = 0; i < stateSizes.size(); i++) {
      Shape anyBatch = Shape.of(-1, stateSizes.get(i));
      variables.add(new WhileLoop.Variable(initial.tensors().get(i), anyBatch));
    }
    for (Operand<TFloat32> parameter : cell.parameters()) {
      variables.add(new WhileLoop.Variable(parameter, parameter.shape()));
    }

    List<Operand<? extends TType>> result =
        WhileLoop.add(
            tf,
            name,
            variables,
            (loop, v) -> List.of(loop.math.less(int32(v.get(STEP)), int32(v.get(STEPS)))),
            (loop, v) -> step(loop, cell, v));
    // With a known batch, no step at all gives an empty tensor instead of an error.
    var stepShape = tf.stack(List.of(batch, tf.constant(cell.hiddenSize())));
    var outputs = tf.tensorListStack(result.get(OUTPUTS), stepShape, TFloat32.class);
    return new RnnOutputs(
        tf.linalg.transpose(outputs, batchAndTimeSwapped),
        new RnnState(float32(result.subList(STATE, STATE + stateSizes.size()))));
  }

  private static List<Operand<? extends TType>> step(
      Ops tf, RnnCell cell, List<Operand<? extends TType>> v) {
    int parameters = STATE + cell.stateSizes().size();
    Operand<TInt32> step = int32(v.get(STEP));
    Operand<TFloat32> input = // [batch, inputSize]
        tf.tensorListGetItem(
            v.get(INPUTS), step, tf.constant(new int[] {-1, cell.inputSize()}), TFloat32.class);
    RnnCell.Step next =
        cell.withParameters(float32(v.subList(parameters, v.size())))
            .step(tf, input, new RnnState(float32(v.subList(STATE, parameters))));

    List<Operand<? extends TType>> nextValues = new ArrayList<>(v);
    nextValues.set(STEP, tf.math.add(step, tf.constant(1)));
    nextValues.set(OUTPUTS, tf.tensorListSetItem(v.get(OUTPUTS), step, next.output()));
    for (int i = 0; i < next.state().tensors().size(); i++) {
      nextValues.set(STATE + i, next.state().tensors().get(i));
    }
    return nextValues;
  }
}
