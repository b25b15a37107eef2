package org.charrnn.model.export;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Network;
import org.charrnn.nn.DynamicRnn;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * The bodies of a {@link SavedModelExport}'s functions over ids. Invalid arguments are reported in
 * words.
 */
record NetworkFunctions(ModelConfig config) {
  /**
   * Computes the logits after each token.
   *
   * @param ids {@code [batch, time]}
   * @param weights in the order of {@link ModelConfig#weightShapes()}
   * @return {@code [batch, time, classes]}
   */
  Operand<TFloat32> logits(Ops tf, Operand<TInt32> ids, List<Operand<TFloat32>> weights) {
    Network network = Network.of(config, weights);
    Operand<TInt32> valid = Checks.requireIds(tf, ids, config.classes());
    var zeros = network.cells().zeroState(tf, rows(tf, valid));
    var rnn = DynamicRnn.run(tf, "rnn_loop", network.cells(), network.input(tf, valid), zeros);
    var softmaxInput = // [batch * time, hidden]
        tf.reshape(rnn.outputs(), tf.constant(new int[] {-1, config.hiddenSize()}));
    var logits = network.softmax().logits(tf, softmaxInput); // [batch * time, classes]
    var classes = tf.constant(new int[] {config.classes()});
    return tf.reshape(logits, tf.concat(List.of(tf.shape(valid), classes), tf.constant(0)));
  }

  /**
   * Reads one token in each row.
   *
   * @param ids {@code [batch]}
   * @param state the tensors of all cells, each {@code [batch, hidden]}
   * @param weights in the order of {@link ModelConfig#weightShapes()}
   * @return the logits {@code [batch, classes]}, then the state after the token
   */
  List<Operand<? extends TType>> step(
      Ops tf, Operand<TInt32> ids, List<Operand<TFloat32>> state, List<Operand<TFloat32>> weights) {
    Network network = Network.of(config, weights);
    Operand<TInt32> valid =
        requireSameRows(tf, Checks.requireIds(tf, ids, config.classes()), state);
    RnnCell.Step step = network.step(tf, valid, new RnnState(state));
    List<Operand<? extends TType>> result = new ArrayList<>();
    result.add(network.softmax().logits(tf, step.output()));
    result.addAll(step.state().tensors());
    return result;
  }

  /** Returns the ids after checking that each tensor of the state has as many rows. */
  private static Operand<TInt32> requireSameRows(
      Ops tf, Operand<TInt32> ids, List<Operand<TFloat32>> state) {
    Operand<TInt32> idRows = rows(tf, ids);
    List<Operand<TInt32>> each = new ArrayList<>();
    state.forEach(tensor -> each.add(rows(tf, tensor)));
    var stateRows = tf.stack(each); // [tensors]
    return Checks.of(tf)
        .require(
            tf.all(tf.math.equal(stateRows, idRows), tf.constant(0)),
            "ids and each tensor of the state must have the same number of rows, got",
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
    List<Operand<? extends TType>> state = new ArrayList<>();
    for (int size : config.stateSizes()) {
      state.add(tf.fill(tf.stack(List.of(checked, tf.constant(size))), tf.constant(0f)));
    }
    return state;
  }
}
