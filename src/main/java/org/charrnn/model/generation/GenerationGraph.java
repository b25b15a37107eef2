package org.charrnn.model.generation;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.graph.ResourceVariable;
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
 * @param random a number in [0, 1) for each token to generate, {@code [tokens, rows]}
 * @param state before the last token, each {@code [rows, size]}
 */
record GenerationGraph(
    List<ResourceVariable> variables,
    Placeholder<TInt32> primes,
    Placeholder<TInt32> primeCounts,
    RnnState primeState,
    Placeholder<TInt32> last,
    Placeholder<TFloat64> random,
    List<Operand<TFloat32>> state,
    GenerationLoop.Generated generated)
    implements GraphSession.Nodes {

  static GenerationGraph create(
      Ops tf, ModelConfig config, TokenSampler sampler, SamplingConfig sampling) {
    List<ResourceVariable> weights = Network.declareWeights(tf, config);
    GenerationLoop loop = new GenerationLoop(Network.of(config, Network.values(weights)), sampler);
    var primes = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, -1)));
    var primeCounts = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    var last = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    var random = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(-1, -1)));
    List<Operand<TFloat32>> state = new ArrayList<>();
    for (int size : config.stateSizes()) {
      state.add(tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, size))));
    }
    var settings =
        sampler.settings(
            tf,
            tf.constant((float) sampling.temperature()),
            tf.constant(sampling.topK()),
            tf.constant(sampling.topP()));
    return new GenerationGraph(
        weights,
        primes,
        primeCounts,
        loop.read(tf, "read_loop", primes, primeCounts),
        last,
        random,
        state,
        loop.generate(
            tf,
            "generate_loop",
            last,
            new RnnState(state),
            tf.gather(tf.shape(random), tf.constant(0), tf.constant(0)),
            settings,
            RandomNumbers.given(random)));
  }
}
