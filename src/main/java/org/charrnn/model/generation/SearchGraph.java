package org.charrnn.model.generation;

import java.util.List;
import org.charrnn.decoding.AllowedTokens;
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
 * A graph that reads a prime and extends the beginnings of a beam search.
 *
 * @param prime ids, {@code [1, time]}
 * @param primeCount ids to read, {@code [1]}
 * @param primeState after them
 * @param state before the last tokens, each {@code [parents, size]}
 * @param parents for each beginning, the row of the state that it continues, {@code [rows]}
 * @param last see {@link SearchLoop.Beginnings}, as for {@code logProbabilities}
 * @param steps see {@link SearchLoop.Limits}, as for {@code places} and {@code forbidden}
 */
record SearchGraph(
    List<ResourceVariable> variables,
    Placeholder<TInt32> prime,
    Placeholder<TInt32> primeCount,
    RnnState primeState,
    List<Operand<TFloat32>> state,
    Placeholder<TInt32> parents,
    Placeholder<TInt32> last,
    Placeholder<TFloat64> logProbabilities,
    Placeholder<TInt32> steps,
    Placeholder<TInt32> places,
    Placeholder<TInt32> forbidden,
    SearchLoop.Extensions extensions)
    implements GraphSession.Nodes {

  /** Adds the operations to a graph. */
  static SearchGraph create(Ops tf, ModelConfig config, AllowedTokens allowed) {
    List<ResourceVariable> weights = Network.declareWeights(tf, config);
    Network network = Network.of(config, Network.values(weights)).untied(tf);
    var prime = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(1, -1)));
    var primeCount = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(1)));
    var parents = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    List<Operand<TFloat32>> state = CarriedState.placeholders(tf, config);
    RnnState previous = new RnnState(state).gather(tf, parents);
    var last = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    var logProbabilities = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(-1)));
    var steps = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
    var places = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
    var forbidden = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, -1, -1)));
    return new SearchGraph(
        weights,
        prime,
        primeCount,
        PrimeLoop.withSmallBody(network).read(tf, "read_loop", prime, primeCount),
        state,
        parents,
        last,
        logProbabilities,
        steps,
        places,
        forbidden,
        new SearchLoop(network, allowed)
            .extend(
                tf,
                "search_loop",
                new SearchLoop.Beginnings(last, previous, logProbabilities),
                new SearchLoop.Limits(steps, places, forbidden)));
  }
}
