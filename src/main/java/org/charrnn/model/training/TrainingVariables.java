package org.charrnn.model.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Network;
import org.charrnn.nn.Adam;
import org.tensorflow.framework.initializers.Constant;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;

/**
 * The variables that a training changes, and that a checkpoint holds.
 *
 * @param weights of the network
 * @param adam the optimizer, with its own variables
 * @param state that the streams carry from window to window, each {@code [batch, size]}; none if it
 *     is not carried
 */
public record TrainingVariables(
    List<ResourceVariable> weights, Adam adam, List<ResourceVariable> state) {
  private static final String STATE = "carried_state/";

  /**
   * Adds the variables to a graph, with random weights and zeros for the others.
   *
   * @param carriedRows rows whose state is carried, 0 if it is not
   */
  static TrainingVariables create(Ops tf, ModelConfig config, int carriedRows, long seed) {
    List<ResourceVariable> weights = Network.createWeights(tf, config, seed);
    List<ResourceVariable> state = new ArrayList<>();
    stateShapes(config, carriedRows)
        .forEach(
            (name, shape) ->
                state.add(ResourceVariable.create(tf, name, shape, new Constant<>(0.0))));
    return new TrainingVariables(weights, new Adam(tf, weights), state);
  }

  private static Map<String, Shape> stateShapes(ModelConfig config, int carriedRows) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    if (carriedRows > 0) {
      for (int size : config.stateSizes()) {
        shapes.put(STATE + shapes.size(), Shape.of(carriedRows, size));
      }
    }
    return shapes;
  }

  /**
   * Returns the names of all variables, in order.
   *
   * @param carriesState whether the state is carried from window to window
   */
  public static List<String> names(ModelConfig config, boolean carriesState) {
    Map<String, Shape> weights = config.weightShapes();
    return Stream.of(weights, Adam.slotShapes(weights), stateShapes(config, carriesState ? 1 : 0))
        .flatMap(shapes -> shapes.keySet().stream())
        .toList();
  }

  /** All variables: weights, the optimizer's variables, carried state. */
  List<ResourceVariable> all() {
    return Stream.of(weights, adam.slots(), state).flatMap(List::stream).toList();
  }
}
