package org.charrnn.model.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.Tensors;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * Measures how fast this machine multiplies large matrices in single precision, which no training
 * step can exceed.
 */
public final class ProductSpeed {
  private static final int SIZE = 2048;
  private static final double FLOP = 2.0 * SIZE * SIZE * SIZE;
  private static final int TRIES = 10;

  private ProductSpeed() {}

  /** Returns the speed with one product on each thread, the best of some tries, in GFLOP/s. */
  public static double gigaflops(SessionSettings settings) {
    try (Graph graph = new Graph();
        Session session = new Session(graph, settings.config());
        TFloat32 matrix = randomMatrix()) {
      Ops tf = Ops.create(graph);
      Session.Runner runner = session.runner();
      List<Op> products = new ArrayList<>();
      for (int thread = 0; thread < settings.threads(); thread++) {
        // Each has its own input: TensorFlow would compute equal products only once.
        Operand<TFloat32> factor =
            tf.placeholder(TFloat32.class, Placeholder.shape(matrix.shape()));
        runner.feed(factor, matrix);
        products.add(tf.linalg.matMul(factor, factor));
      }
      runner.addTarget(tf.withControlDependencies(products).noOp());
      double best = Double.POSITIVE_INFINITY;
      for (int i = 0; i < TRIES; i++) {
        long start = System.nanoTime();
        runner.run().close();
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
      return settings.threads() * FLOP / best / 1e9;
    }
  }

  private static TFloat32 randomMatrix() {
    SplittableRandom random = new SplittableRandom(1);
    float[] elements = new float[SIZE * SIZE];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (float) random.nextDouble();
    }
    return Tensors.of(Shape.of(SIZE, SIZE), elements);
  }
}
