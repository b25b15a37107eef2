package org.charrnn.model.generation;

import java.util.List;
import java.util.Optional;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.model.CarriedState;
import org.charrnn.model.GraphSession;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Network;
import org.charrnn.nn.RnnState;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * A graph that reads primes and generates some tokens at a time.
 *
 * @param primes ids, {@code [rows, time]}
 * @param primeCounts ids in each row, {@code [rows]}
 * @param primeState after the primes
 * @param last the last token of each text, {@code [rows]}
 * @param random the numbers of each iteration, {@code [iterations, rows, numbers]}
 * @param state before the last token, each {@code [rows, size]}
 * @param generated {@code size} tokens for each iteration
 * @param parts in which rows are computed side by side
 */
record GenerationGraph(
    List<ResourceVariable> variables,
    Placeholder<TInt32> primes,
    Placeholder<TInt32> primeCounts,
    RnnState primeState,
    Placeholder<TInt32> last,
    Placeholder<TFloat32> random,
    List<Operand<TFloat32>> state,
    GenerationLoop.Generated generated,
    IterationSize size,
    RowParts parts)
    implements GraphSession.Nodes {

  /**
   * Adds the operations to a graph.
   *
   * @param parts in which rows are computed side by side
   */
  static GenerationGraph create(
      Ops tf, ModelConfig config, TokenSampler sampler, SamplingConfig sampling, int parts) {
    List<ResourceVariable> weights = Network.declareWeights(tf, config);
    Network network = Network.of(config, Network.values(weights)).untied(tf);
    GenerationLoop loop = new GenerationLoop(network, sampler, new RowParts(parts), false);
    var primes = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, -1)));
    var primeCounts = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    var last = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    var random =
        tf.placeholder(
            TFloat32.class, Placeholder.shape(Shape.of(-1, -1, loop.size().randomNumbers())));
    List<Operand<TFloat32>> state = CarriedState.placeholders(tf, config);
    return new GenerationGraph(
        weights,
        primes,
        primeCounts,
        PrimeLoop.of(network).read(tf, "read_loop", primes, primeCounts),
        last,
        random,
        state,
        loop.generate(
            tf,
            "generate_loop",
            new GenerationLoop.Beginning(last, new RnnState(state)),
            tf.gather(tf.shape(random), tf.constant(0), tf.constant(0)),
            settings(tf, sampling),
            RandomNumbers.given(random)),
        loop.size(),
        loop.parts());
  }

  private static TokenSampler.Settings settings(Ops tf, SamplingConfig sampling) {
    Optional<Operand<TFloat64>> topP =
        sampling.topP() < 1 ? Optional.of(tf.constant(sampling.topP())) : Optional.empty();
    return new TokenSampler.Settings(
        tf.constant((float) sampling.temperature()),
        sampling.cuts()
            ? Optional.of(new TokenCut(tf.constant(sampling.topK()), topP))
            : Optional.empty());
  }
}
