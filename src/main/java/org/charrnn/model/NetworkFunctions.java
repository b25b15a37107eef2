package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.nn.DynamicRnn;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * What the functions over ids of an {@link InferenceModel} do. A call that cannot be meant is an
 * error in words.
 *
 * @param network of another graph: functions bind it to their own weights
 */
record NetworkFunctions(Network network) {

  /**
   * Scores what follows each token.
   *
   * @param ids {@code [batch, time]}
   * @param parameters the weights
   * @return {@code [batch, time, classes]}
   */
  Operand<TFloat32> logits(Ops tf, Operand<TInt32> ids, List<Operand<TFloat32>> parameters) {
    Network bound = network.withParameters(parameters);
    Operand<TInt32> known = Checks.requireIds(tf, ids, network.classes());
    var zeros = bound.cells().zeroState(tf, rows(tf, known));
    var rnn = DynamicRnn.run(tf, "rnn_loop", bound.cells(), bound.input(tf, known), zeros);
    return bound.outputs(tf, known, rnn.outputs());
  }

  /**
   * Reads one token in each row.
   *
   * @param ids {@code [batch]}
   * @param state the tensors of all cells, each {@code [batch, hidden]}
   * @return the logits {@code [batch, classes]}, then the state after the token
   */
  List<Operand<? extends TType>> step(
      Ops tf,
      Operand<TInt32> ids,
      List<Operand<TFloat32>> state,
      List<Operand<TFloat32>> parameters) {
    Network bound = network.withParameters(parameters);
    Operand<TInt32> checked =
        requireSameRows(tf, Checks.requireIds(tf, ids, network.classes()), state);
    RnnCell.Step step = bound.step(tf, checked, new RnnState(state));
    List<Operand<? extends TType>> result = new ArrayList<>();
    result.add(bound.softmax().logits(tf, step.output()));
    result.addAll(step.state().tensors());
    return result;
  }

  /** Returns ids once they are found to have as many rows as each tensor of the state. */
  private static Operand<TInt32> requireSameRows(
      Ops tf, Operand<TInt32> ids, List<Operand<TFloat32>> state) {
    Operand<TInt32> idRows = rows(tf, ids);
    List<Operand<TInt32>> each = new ArrayList<>();
    state.forEach(tensor -> each.add(rows(tf, tensor)));
    var stateRows = tf.stack(each); // [tensors]
    return Checks.of(tf)
        .require(
            tf.all(tf.math.equal(stateRows, idRows), tf.constant(0)),
            "ids and each tensor of the state must have as many rows, got",
            idRows,
            stateRows)
        .before(ids);
  }

  private static Operand<TInt32> rows(Ops tf, Operand<? extends TType> tensor) {
    return tf.gather(tf.shape(tensor), tf.constant(0), tf.constant(0));
  }

  /** Returns a state of zeros for a number of rows. */
  List<Operand<? extends TType>> initialState(Ops tf, Operand<TInt32> batch) {
    var checked =
        Checks.of(tf)
            .require(
                tf.math.greaterEqual(batch, tf.constant(0)), "batch must be at least 0, got", batch)
            .before(batch);
    return List.copyOf(network.cells().zeroState(tf, checked).tensors());
  }
}
