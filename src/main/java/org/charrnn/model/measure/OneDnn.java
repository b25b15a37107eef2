package org.charrnn.model.measure;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.RunOptions.TraceLevel;
import org.tensorflow.types.TFloat32;

/**
 * oneDNN, Intel's library of neural network primitives, which TensorFlow uses for matrix products
 * on CPUs that support it, unless {@value #SWITCH} is 0. TensorFlow reads the variable once, when
 * it is loaded.
 */
public final class OneDnn {
  /** The environment variable that turns it on (1) or off (0). */
  public static final String SWITCH = "TF_ENABLE_ONEDNN_OPTS";

  private static final String PREFIX = "_Mkl"; // of its operations, after its former name

  private OneDnn() {}

  /** Whether it is on in this process; determined by tracing a matrix product. */
  public static boolean isOn() {
    RunOptions traced = RunOptions.newBuilder().setTraceLevel(TraceLevel.SOFTWARE_TRACE).build();
    try (Graph graph = new Graph();
        Session session = new Session(graph);
        TFloat32 matrix = TFloat32.tensorOf(Shape.of(2, 2))) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> factor = tf.placeholder(TFloat32.class, Placeholder.shape(matrix.shape()));
      var product = tf.linalg.matMul(factor, factor);
      Session.Runner runner =
          session.runner().feed(factor, matrix).fetch(product).setOptions(traced);
      try (Result result = runner.runAndFetchMetadata()) {
        return OperationTime.perStep(List.of(result.getMetadata().orElseThrow())).stream()
            .anyMatch(operation -> operation.type().startsWith(PREFIX));
      }
    }
  }
}
