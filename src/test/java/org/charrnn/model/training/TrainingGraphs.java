package org.charrnn.model.training;

import org.tensorflow.op.Ops;

/** Makes the graph of a {@link TrainingSession} accessible to tests of other packages. */
public final class TrainingGraphs {
  private TrainingGraphs() {}

  /** Adds the whole graph of a training to an empty graph. */
  public static void add(Ops tf, TrainingSetup setup) {
    TrainingSession.Nodes.create(tf, setup);
  }
}
