package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.graph.LoopVariables;
import org.charrnn.graph.LoopVariables.Handle;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Runs a cell over any number of time steps in a loop inside the graph.
 *
 * <p>For inference: the number of steps need not be known when the graph is built. Inputs and
 * outputs pass through tensor lists, so the cost is linear in time, also for gradients that Python
 * takes of a loaded model. TensorFlow-Java itself cannot differentiate the loop; train with {@link
 * StaticRnn}.
 */
public final class DynamicRnn {
  private DynamicRnn() {}

  /**
   * Adds the loop to a graph.
   *
   * @param name of the loop, unique in the graph
   * @param inputs {@code [batch, time, inputSize]}, batch and time of any size
   * @param initial the state before the first step
   * @return outputs {@code [batch, time, hiddenSize]} and the state after the last step
   */
  public static RnnOutputs run(
      Ops tf, String name, RnnCell cell, Operand<TFloat32> inputs, RnnState initial) {
    var timeAndBatch = tf.constant(new int[] {1, 0, 2});
    var timeMajor = tf.linalg.transpose(inputs, timeAndBatch); // [time, batch, inputSize]
    List<Output<TInt32>> sizes = tf.unstack(tf.shape(timeMajor), 3L).output();
    Operand<TInt32> time = sizes.get(0);
    Operand<TInt32> batch = sizes.get(1);
    int[] inputShape = {-1, cell.inputSize()};
    int[] outputShape = {-1, cell.hiddenSize()};

    LoopVariables variables = new LoopVariables();
    var step = variables.add(tf.constant(0), Shape.scalar());
    var steps = variables.add(time, Shape.scalar());
    var inputList =
        variables.add(tf.tensorListFromTensor(timeMajor, tf.constant(inputShape)), Shape.scalar());
    var outputList =
        variables.add(
            tf.tensorListReserve(tf.constant(outputShape), time, TFloat32.class), Shape.scalar());
    List<Integer> stateSizes = cell.stateSizes();
    List<Operand<TFloat32>> initialState = initial.require(stateSizes.size());
    List<Handle<TFloat32>> state = new ArrayList<>();
    for (int i = 0; i < stateSizes.size(); i++) {
      state.add(variables.add(initialState.get(i), Shape.of(-1, stateSizes.get(i))));
    }
    List<Handle<TFloat32>> parameters = variables.addAll(cell.parameters());

    LoopVariables.Values result =
        variables.loop(
            tf,
            name,
            (loop, v) -> loop.math.less(v.get(step), v.get(steps)),
            (loop, v) -> {
              Operand<TFloat32> input = // [batch, inputSize]
                  loop.tensorListGetItem(
                      v.get(inputList), v.get(step), loop.constant(inputShape), TFloat32.class);
              RnnCell.Step next =
                  cell.withParameters(v.get(parameters))
                      .step(loop, input, new RnnState(v.get(state)));
              v.set(
                  outputList,
                  loop.tensorListSetItem(v.get(outputList), v.get(step), next.output()));
              v.set(state, next.state().tensors());
              v.set(step, loop.math.add(v.get(step), loop.constant(1)));
            });
    // With the batch size given, zero time steps return an empty tensor instead of an error.
    var stepShape = tf.stack(List.of(batch, tf.constant(cell.hiddenSize())));
    var outputs = tf.tensorListStack(result.get(outputList), stepShape, TFloat32.class);
    return new RnnOutputs(
        tf.linalg.transpose(outputs, timeAndBatch), new RnnState(result.get(state)));
  }
}
