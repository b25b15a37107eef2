package org.charrnn.model;

import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TFloat32;

/**
 * Intel's library of neural network primitives, which TensorFlow computes products with on the CPUs
 * that it is made for, unless {@value #SWITCH} says 0. TensorFlow reads that once, when it is
 * loaded.
 */
public final class OneDnn {
  /** The environment variable that turns it on (1) or off (0). */
  public static final String SWITCH = "TF_ENABLE_ONEDNN_OPTS";

  private static final String PREFIX = "_Mkl"; // of the operations, after its older name

  private OneDnn() {}

  /** Whether it is on in this process, by what TensorFlow makes of a product. */
  public static boolean isOn() {
    RunOptions tellGraphs = RunOptions.newBuilder().setOutputPartitionGraphs(true).build();
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> matrix = tf.fill(tf.constant(new int[] {2, 2}), tf.constant(1f));
      var product = tf.linalg.matMul(matrix, matrix);
      Session.Runner runner = session.runner().fetch(product).setOptions(tellGraphs);
      try (Result result = runner.runAndFetchMetadata()) {
        return result.getMetadata().orElseThrow().getPartitionGraphsList().stream()
            .map(GraphDef::getNodeList)
            .anyMatch(nodes -> nodes.stream().anyMatch(node -> node.getOp().startsWith(PREFIX)));
      }
    }
  }
}
