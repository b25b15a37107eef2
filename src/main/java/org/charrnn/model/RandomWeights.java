package org.charrnn.model;

import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;

/** The initial weights of a network. */
public final class RandomWeights {
  private record Nodes(List<ResourceVariable> variables) implements GraphSession.Nodes {}

  private RandomWeights() {}

  /**
   * Returns the weights that a training with this seed starts from.
   *
   * @param seed any value
   */
  public static List<VariableValue> of(ModelConfig config, long seed) {
    try (GraphSession<Nodes> session =
        GraphSession.open(
            SessionSettings.SEQUENTIAL,
            tf -> new Nodes(Network.createWeights(tf, config, seed)),
            opened -> {})) {
      return session.values(session.nodes().variables());
    }
  }
}
