package org.charrnn.model.generation;

import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.decoding.Beam;
import org.charrnn.decoding.BeamModel;
import org.charrnn.model.CarriedState;
import org.charrnn.model.GraphSession;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.Tensors;
import org.charrnn.model.TokenIdChecks;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TInt32;

/**
 * A trained network that extends the beginnings of a beam search in the graph, by several tokens in
 * a call.
 *
 * <p>It owns native memory: close it, and each beam before it. Several threads may search at the
 * same time, but each beam belongs to one thread.
 */
public final class SearchModel implements BeamModel, AutoCloseable {
  private final ModelConfig config;
  private final AllowedTokens allowed;
  private final GraphSession<SearchGraph> session;
  private final SearchGraph graph;

  private SearchModel(
      ModelConfig config, AllowedTokens allowed, GraphSession<SearchGraph> session) {
    this.config = config;
    this.allowed = allowed;
    this.session = session;
    graph = session.nodes();
  }

  /**
   * Opens a model.
   *
   * @param allowed the tokens that texts may have, of a vocabulary of {@code config.classes()};
   *     they share the probability of the others
   * @param weights all weights of the network, in any order
   * @throws IllegalArgumentException if weights are missing or unknown
   */
  public static SearchModel open(
      ModelConfig config, AllowedTokens allowed, List<VariableValue> weights) {
    return new SearchModel(
        config,
        allowed,
        GraphSession.open(
            SessionSettings.SEQUENTIAL, tf -> SearchGraph.create(tf, config, allowed), weights));
  }

  /**
   * Starts a search.
   *
   * @throws IllegalArgumentException if an id of the prime is out of range
   */
  @Override
  public Beam start(int[] prime) {
    TokenIdChecks.requireInRange(prime, config.classes());
    int last = prime.length - 1;
    return new SearchBeam(session, allowed, read(prime, last), prime[last]);
  }

  private CarriedState read(int[] prime, int count) {
    if (count == 0) {
      return CarriedState.zeros(config, 1);
    }
    try (TInt32 ids = Tensors.of(Shape.of(1, prime.length), prime);
        TInt32 counts = TInt32.vectorOf(count)) {
      Session.Runner runner = session.runner().feed(graph.prime(), ids);
      runner.feed(graph.primeCount(), counts);
      graph.primeState().tensors().forEach(runner::fetch);
      return CarriedState.last(runner.run(), graph.state().size());
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
