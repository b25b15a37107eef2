package org.charrnn.model.loss;

import java.util.List;
import java.util.Optional;
import org.charrnn.model.Network;
import org.charrnn.nn.Dropout;
import org.charrnn.nn.StateResets;
import org.charrnn.nn.WeightDrop;
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
    StepNoise noise = setup.noise();
    Optional<Dropout> dropout =
        noise.dropout() == 0
            ? Optional.empty()
            : Optional.of(
                new Dropout(
                    inputs.keepProbability(tf, noise.dropout()),
                    inputs.step(),
                    setup.seed(),
                    inputs.firstRow()));
    Optional<WeightFactors> factors =
        noise.weightDrop() == 0 ? Optional.empty() : Optional.of(factors(tf, setup, inputs));
    List<Operand<TFloat32>> used = factors.map(f -> f.apply(tf, weights)).orElse(weights);
    Network network = Network.of(setup.network(), used).withDropout(dropout);
    BatchInputs read =
        noise.resetState() == 0 ? inputs : inputs.withInitialState(resetState(tf, setup, inputs));
    LossGraph loss =
        switch (setup.kernel().kind()) {
          case OPS -> new LabGraph(tf, network, read);
          case FUSED -> new FusedGraph(tf, network, read, setup.kernel());
        };
    List<Operand<TFloat32>> gradients = withGradients ? loss.gradients() : List.of();
    Operand<TFloat32> outputs = loss.outputs();
    return new GradientGraph(
        inputs,
        outputs,
        tf.withName("predictions").math.argMax(outputs, tf.constant(2), TInt32.class),
        loss.meanLoss(),
        loss.finalState(),
        withGradients ? factors.map(f -> f.apply(tf, gradients)).orElse(gradients) : gradients);
  }

  private static WeightFactors factors(Ops tf, GradientSetup setup, BatchInputs inputs) {
    Operand<TFloat32> keep = inputs.keepProbability(tf, setup.noise().weightDrop());
    return WeightFactors.draw(
        tf, setup.network(), new WeightDrop(keep, inputs.step(), setup.seed()));
  }

  private static List<Operand<TFloat32>> resetState(
      Ops tf, GradientSetup setup, BatchInputs inputs) {
    Operand<TFloat32> keep = inputs.keepProbability(tf, setup.noise().resetState());
    return new StateResets(keep, inputs.step(), setup.seed(), inputs.firstRow())
        .apply(tf, inputs.initialState());
  }
}
