package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.nn.Dropout;
import org.charrnn.nn.SequenceLoss;
import org.charrnn.nn.Variables;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** Lab 12-4's network from ids to loss, by the kernel asked for. */
final class ForwardGraph {
  final Placeholder<TInt32> x; // [batch, sequence]
  final Placeholder<TInt32> y; // [batch, sequence]
  final Operand<TFloat32> weights; // [batch, sequence], ones unless fed
  final Operand<TFloat32> totalWeight; // scalar; of a part of a batch the batch's, may be fed
  final List<Operand<TFloat32>> initialState = new ArrayList<>(); // each [batch, size]
  final List<Operand<TFloat32>> finalState; // as the initial one

  /** Scalar, 1 unless fed: the probability that dropout keeps a value. */
  final Operand<TFloat32> keepProbability;

  /** Scalar, 0 unless fed: another one in each training step drops other values. */
  final Operand<TInt64> step;

  /** Scalar, 0 unless fed: of a part of a batch, the place of its first row. */
  final Optional<Operand<TInt64>> firstRow;

  final Operand<TFloat32> outputs; // [batch, sequence, classes]
  final Operand<TInt32> predictions; // [batch, sequence]
  final Operand<TFloat32> meanLoss; // scalar

  /** The weights of the network, in the order of making. */
  final List<ResourceVariable> trainable;

  private final NetworkPass pass;

  /** A graph whose state is zeros before a batch unless it is fed. */
  ForwardGraph(Ops tf, ModelConfig config, BatchShape shape, TrainingOptions options, long seed) {
    this(tf, config, BatchPart.whole(shape), options, seed, UnaryOperator.identity());
  }

  /**
   * Builds the graph.
   *
   * @param tf builds into an empty graph
   * @param part the rows of a batch to read
   * @param options of the training that it is for
   * @param seed decides the initial weights and what is dropped
   * @param firstState makes of zeros what the initial state is unless it is fed
   */
  ForwardGraph(
      Ops tf,
      ModelConfig config,
      BatchPart part,
      TrainingOptions options,
      long seed,
      UnaryOperator<List<Operand<TFloat32>>> firstState) {
    BatchShape shape = part.shape();
    int batch = shape.batchSize();
    int sequenceLength = shape.sequenceLength();
    Shape idsShape = Shape.of(batch, sequenceLength);
    x = tf.withName("X").placeholder(TInt32.class, Placeholder.shape(idsShape));
    y = tf.withName("Y").placeholder(TInt32.class, Placeholder.shape(idsShape));
    var ones = tf.fill(tf.constant(new int[] {batch, sequenceLength}), tf.constant(1f));
    weights = tf.withName("weights").placeholderWithDefault(ones, idsShape);
    keepProbability =
        tf.withName("keep_probability").placeholderWithDefault(tf.constant(1f), Shape.scalar());
    step = tf.withName("step").placeholderWithDefault(tf.constant(0L), Shape.scalar());
    firstRow =
        part.isWhole()
            ? Optional.empty()
            : Optional.of(
                tf.withName("first_row").placeholderWithDefault(tf.constant(0L), Shape.scalar()));

    var variables = new Variables(tf, seed);
    Optional<Dropout> dropout =
        options.dropout() > 0
            ? Optional.of(new Dropout(keepProbability, step, seed, firstRow))
            : Optional.empty();
    var network = Network.create(variables, config, dropout);
    trainable = variables.trainable();

    var zeros = network.cells().zeroState(tf, tf.constant(batch)).tensors();
    for (Operand<TFloat32> first : firstState.apply(zeros)) {
      initialState.add(tf.withName("state").placeholderWithDefault(first, first.shape()));
    }
    totalWeight =
        part.isWhole()
            ? SequenceLoss.totalWeight(tf, weights)
            : tf.withName("total_weight")
                .placeholderWithDefault(
                    tf.constant((float) part.lossRows() * sequenceLength), Shape.scalar());
    NetworkInputs inputs = new NetworkInputs(shape, x, y, weights, totalWeight, initialState);
    pass =
        switch (options.kernel().kind()) {
          case OPS -> OpsPass.create(tf, network, inputs, trainable);
          case FUSED -> new FusedPass(tf, network, inputs, options.kernel());
        };
    outputs = pass.outputs();
    finalState = pass.finalState();
    meanLoss = pass.meanLoss();
    predictions = tf.withName("predictions").math.argMax(outputs, tf.constant(2), TInt32.class);
  }

  /** Adds the gradient of the mean loss by each weight to the graph. */
  List<Operand<TFloat32>> gradients() {
    return pass.gradients();
  }
}
