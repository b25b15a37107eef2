package org.charrnn.model.loss;

import org.charrnn.model.CarriedState;
import org.charrnn.model.GraphSession;
import org.charrnn.model.Tensors;
import org.charrnn.model.TokenIdChecks;
import org.charrnn.settings.BatchShape;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;

/**
 * Evaluates windows by a {@link GradientGraph} in an open session.
 *
 * @param classes tokens in the vocabulary
 * @param session that runs the graph; the caller closes it
 */
public record GraphEvaluator(int classes, GradientGraph graph, GraphSession<?> session)
    implements WindowEvaluator {
  @Override
  public BatchShape shape() {
    return graph.inputs().shape();
  }

  @Override
  public CarriedState zeroState() {
    return CarriedState.zeros(graph.inputs().initialState().stream().map(Operand::shape));
  }

  @Override
  public WindowLoss evaluate(int[] x, int[] y, float[] weights, CarriedState state) {
    TokenIdChecks.requireInRange(x, classes);
    TokenIdChecks.requireInRange(y, classes);
    BatchInputs inputs = graph.inputs();
    Shape shape = Shape.of(shape().batchSize(), shape().sequenceLength());
    try (var xTensor = Tensors.of(shape, x);
        var yTensor = Tensors.of(shape, y);
        var weightsTensor = Tensors.of(shape, weights)) {
      Session.Runner runner =
          session
              .runner()
              .feed(inputs.x(), xTensor)
              .feed(inputs.y(), yTensor)
              .feed(inputs.weights(), weightsTensor)
              .fetch(graph.meanLoss());
      graph.finalState().forEach(runner::fetch);
      Result result = state.feed(runner, inputs.initialState()).run();
      return new WindowLoss(
          Tensors.scalar(result, 0), CarriedState.last(result, graph.finalState().size()));
    }
  }
}
