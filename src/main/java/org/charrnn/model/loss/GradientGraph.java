package org.charrnn.model.loss;

import java.util.List;
import java.util.Optional;
import org.charrnn.model.Network;
import org.charrnn.nn.Dropout;
import org.charrnn.nn.StateResets;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Maps the ids of a batch, weights and a state to the loss, its gradients and the next state. It
 * holds no variables and changes nothing.
 *
 * @param inputs the batch and the state, to be fed
 * @param outputs the logits, {@code [batch, sequence, classes]}
 * @param predictions the most likely token after each, {@code [batch, sequence]}
 * @param meanLoss scalar, in nats
 * @param finalState in the form of the initial state
 * @param gradients of the mean loss with respect to each weight, in order; empty if they were not
 *     asked for
 */
public record GradientGraph(
    BatchInputs inputs,
    Operand<TFloat32> outputs,
    Operand<TInt32> predictions,
    Operand<TFloat32> meanLoss,
    List<Operand<TFloat32>> finalState,
    List<Operand<TFloat32>> gradients) {
  /**
   * Adds the loss and its gradients to a graph.
   *
   * @param weights in the order of {@link org.charrnn.model.ModelConfig#weightShapes()}
   * @param initialState the initial state unless it is fed, each {@code [batch, size]}
   */
  public static GradientGraph create(
      Ops tf,
      GradientSetup setup,
      List<Operand<TFloat32>> weights,
      List<Operand<TFloat32>> initialState) {
    return create(tf, setup, weights, initialState, true);
  }

  /** Adds the loss to a graph, without gradients and from zeros as the initial state. */
  public static GradientGraph lossOnly(
      Ops tf, GradientSetup setup, List<Operand<TFloat32>> weights) {
    return create(tf, setup, weights, zeroState(tf, setup), false);
  }

  /** Returns zeros, a tensor for each of the initial state. */
  public static List<Operand<TFloat32>> zeroState(Ops tf, GradientSetup setup) {
    int batch = setup.part().shape().batchSize();
    return setup.network().stateSizes().stream()
        .<Operand<TFloat32>>map(
            size -> tf.fill(tf.constant(new int[] {batch, size}), tf.constant(0f)))
        .toList();
  }

  private static GradientGraph create(
      Ops tf,
      GradientSetup setup,
      List<Operand<TFloat32>> weights,
      List<Operand<TFloat32>> initialState,
      boolean withGradients) {
    BatchInputs inputs = BatchInputs.create(tf, setup.part(), initialState);
    Optional<Dropout> dropout =
        setup.dropout() == 0
            ? Optional.empty()
            : Optional.of(
                new Dropout(
                    inputs.keepProbability(), inputs.step(), setup.seed(), inputs.firstRow()));
    Network network = Network.of(setup.network(), weights).withDropout(dropout);
    BatchInputs used =
        setup.resetState() == 0 ? inputs : inputs.withInitialState(resetState(tf, setup, inputs));
    LossGraph loss =
        switch (setup.kernel().kind()) {
          case OPS -> new LabGraph(tf, network, used);
          case FUSED -> new FusedGraph(tf, network, used, setup.kernel());
        };
    Operand<TFloat32> outputs = loss.outputs();
    return new GradientGraph(
        inputs,
        outputs,
        tf.withName("predictions").math.argMax(outputs, tf.constant(2), TInt32.class),
        loss.meanLoss(),
        loss.finalState(),
        withGradients ? loss.gradients() : List.of());
  }

  private static List<Operand<TFloat32>> resetState(
      Ops tf, GradientSetup setup, BatchInputs inputs) {
    return new StateResets(
            inputs.keepStateProbability(), inputs.step(), setup.seed(), inputs.firstRow())
        .apply(tf, inputs.initialState());
  }
}
