package org.charrnn.model;

import static org.charrnn.graph.Operands.float32;
import static org.charrnn.graph.Operands.int32;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.graph.WhileLoop;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Reads and writes texts by loops in the graph, several texts at once: no call from outside is
 * needed for a token.
 *
 * @param network whose weights may be those of the function that the loops are part of
 */
record GenerationLoop(Network network, TokenSampler sampler) {

  /**
   * What was written.
   *
   * @param ids {@code [rows, count]}
   * @param last the last token of each row, {@code [rows]}
   * @param state after the token before the last
   */
  record Written(Operand<TInt32> ids, Operand<TInt32> last, RnnState state) {}

  /**
   * Reads the beginnings of texts.
   *
   * @param name of the loop, unused so far in the graph
   * @param ids {@code [rows, time]}
   * @param counts how many tokens of each row are read, {@code [rows]}; one that is through waits
   *     for the others
   * @return the state after them, from zeros on
   */
  RnnState read(Ops tf, String name, Operand<TInt32> ids, Operand<TInt32> counts) {
    var longest = tf.reduceMax(counts, tf.constant(0));
    List<WhileLoop.Variable> variables = new ArrayList<>();
    variables.add(new WhileLoop.Variable(tf.constant(0), Shape.scalar()));
    variables.add(new WhileLoop.Variable(longest, Shape.scalar()));
    variables.add(new WhileLoop.Variable(ids, Shape.of(-1, -1)));
    variables.add(new WhileLoop.Variable(counts, Shape.of(-1)));
    int first = variables.size();
    var rows = tf.gather(tf.shape(ids), tf.constant(0), tf.constant(0));
    addNetwork(variables, network.cells().zeroState(tf, rows));
    var result =
        WhileLoop.add(
            tf,
            name,
            variables,
            (loop, v) -> List.of(loop.math.less(int32(v.get(0)), int32(v.get(1)))),
            (loop, v) -> {
              Operand<TInt32> time = int32(v.get(0));
              RnnState state = state(v, first);
              var read = loop.gather(int32(v.get(2)), time, loop.constant(1)); // [rows]
              RnnState next = network(v, first).step(loop, read, state).state();
              var goesOn = // [rows, 1]
                  loop.expandDims(loop.math.less(time, int32(v.get(3))), loop.constant(1));
              List<Operand<? extends TType>> nextValues = new ArrayList<>(v);
              nextValues.set(0, loop.math.add(time, loop.constant(1)));
              for (int i = 0; i < state.tensors().size(); i++) {
                nextValues.set(
                    first + i, loop.select(goesOn, next.tensors().get(i), state.tensors().get(i)));
              }
              return nextValues;
            });
    return state(result, first);
  }

  /**
   * Goes on with texts.
   *
   * @param name of the loop, unused so far in the graph
   * @param last the last token of each row, {@code [rows]}
   * @param state before that token
   * @param from the place of the first token that is written, scalar
   * @param count how many tokens are written in each row, scalar
   */
  Written write(
      Ops tf,
      String name,
      Operand<TInt32> last,
      RnnState state,
      Operand<TInt32> from,
      Operand<TInt32> count,
      TokenSampler.Settings settings) {
    List<WhileLoop.Variable> variables = new ArrayList<>();
    variables.add(new WhileLoop.Variable(tf.constant(0), Shape.scalar()));
    variables.add(new WhileLoop.Variable(count, Shape.scalar()));
    variables.add(new WhileLoop.Variable(from, Shape.scalar()));
    variables.add(new WhileLoop.Variable(last, Shape.of(-1)));
    // It grows: a list made for too long a text would be more than there is memory for.
    var anyRows = tf.constant(new int[] {-1});
    variables.add(
        new WhileLoop.Variable(
            tf.emptyTensorList(anyRows, tf.constant(-1), TInt32.class), Shape.scalar()));
    for (Operand<? extends TType> setting : settings.operands()) {
      variables.add(new WhileLoop.Variable(setting, Shape.scalar()));
    }
    int first = variables.size();
    addNetwork(variables, state);
    var result =
        WhileLoop.add(
            tf,
            name,
            variables,
            (loop, v) -> List.of(loop.math.less(int32(v.get(0)), int32(v.get(1)))),
            (loop, v) -> {
              Operand<TInt32> written = int32(v.get(0));
              Operand<TInt32> previous = int32(v.get(3));
              Network bound = network(v, first);
              RnnCell.Step step = bound.step(loop, previous, state(v, first));
              var logits = bound.softmax().logits(loop, step.output()); // [rows, classes]
              var drawn =
                  sampler.draw(
                      loop,
                      logits,
                      previous,
                      loop.math.add(int32(v.get(2)), written),
                      TokenSampler.Settings.of(v.subList(5, first)));
              List<Operand<? extends TType>> next = new ArrayList<>(v);
              next.set(0, loop.math.add(written, loop.constant(1)));
              next.set(3, drawn);
              next.set(4, loop.tensorListPushBack(v.get(4), drawn));
              for (int i = 0; i < step.state().tensors().size(); i++) {
                next.set(first + i, step.state().tensors().get(i));
              }
              return next;
            });
    var ids = tf.tensorListStack(result.get(4), tf.shape(last), TInt32.class); // [count, rows]
    return new Written(
        tf.linalg.transpose(ids, tf.constant(new int[] {1, 0})),
        int32(result.get(3)),
        state(result, first));
  }

  /** Adds the state, and the weights, which a loop can only read if they are handed in. */
  private void addNetwork(List<WhileLoop.Variable> variables, RnnState state) {
    List<Integer> sizes = network.cells().stateSizes();
    for (int i = 0; i < sizes.size(); i++) {
      variables.add(new WhileLoop.Variable(state.tensors().get(i), Shape.of(-1, sizes.get(i))));
    }
    for (Operand<TFloat32> parameter : network.parameters()) {
      variables.add(new WhileLoop.Variable(parameter, parameter.shape()));
    }
  }

  private RnnState state(List<Operand<? extends TType>> variables, int first) {
    int end = first + network.cells().stateSizes().size();
    return new RnnState(float32(variables.subList(first, end)));
  }

  private Network network(List<Operand<? extends TType>> variables, int first) {
    int start = first + network.cells().stateSizes().size();
    return network.withParameters(float32(variables.subList(start, variables.size())));
  }
}
