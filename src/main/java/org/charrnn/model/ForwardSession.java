package org.charrnn.model;

import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Reads windows of text by a {@link ForwardGraph}.
 *
 * @param shape of a batch
 * @param nodes in the session's graph
 */
record ForwardSession(BatchShape shape, ForwardGraph nodes, NetworkSession session) {

  /** As {@link ReadingModel#zeroState}. */
  CarriedState zeroState() {
    return CarriedState.zeros(nodes.initialState.stream().map(Operand::shape));
  }

  /** As {@link ReadingModel#read}. */
  ReadingModel.Window read(int[] x, int[] y, float[] weights, CarriedState state) {
    Shape size = Shape.of(shape.batchSize(), shape.sequenceLength());
    try (TInt32 xTensor = TInt32.tensorOf(size, DataBuffers.of(x, true, false));
        TInt32 yTensor = TInt32.tensorOf(size, DataBuffers.of(y, true, false));
        TFloat32 weightsTensor = TFloat32.tensorOf(size, DataBuffers.of(weights, true, false))) {
      Session.Runner runner =
          session
              .runner()
              .feed(nodes.x, xTensor)
              .feed(nodes.y, yTensor)
              .feed(nodes.weights, weightsTensor)
              .fetch(nodes.meanLoss);
      nodes.finalState.forEach(runner::fetch);
      Result result = state.feed(runner, nodes.initialState).run();
      float loss = ((TFloat32) result.get(0)).getFloat();
      return new ReadingModel.Window(loss, CarriedState.last(result, nodes.finalState.size()));
    }
  }
}
