package org.charrnn.train.distributed;

import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import org.charrnn.engine.TaskCache;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.training.GradientWorker;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;

/**
 * Opens the sessions that compute slices, and keeps them open from one task to the next.
 *
 * @param training unique name of the training, at whose end the sessions are closed
 * @param setup of the training
 * @param session how each session runs
 */
record SliceWorkers(String training, TrainingSetup setup, SessionSettings session)
    implements Serializable {
  /** Uses a worker that computes gradients of some rows. */
  <R> R withWorker(BatchPart part, Function<GradientWorker, R> use) {
    return TaskCache.use(
        training,
        List.of(GradientWorker.class, part),
        () -> GradientWorker.open(setup.withPart(part).gradients(), session),
        use);
  }

  /** Uses a session that trains on some rows. */
  <R> R withTraining(BatchPart part, Function<TrainingSession, R> use) {
    return TaskCache.use(
        training,
        List.of(TrainingSession.class, part),
        () -> TrainingSession.open(setup.withPart(part), TrainingStart.RANDOM, session),
        use);
  }
}
