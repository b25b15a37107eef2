package org.charrnn.train;

import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import org.charrnn.engine.TaskCache;
import org.charrnn.model.BatchPart;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.SliceModel;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingOptions;

/**
 * What work on slices builds its models by.
 *
 * @param training the owner of the models, until it ends
 * @param seed decides what is dropped
 * @param session how each is run
 */
record SliceSettings(
    String training,
    ModelConfig network,
    TrainingOptions options,
    long seed,
    SessionSettings session)
    implements Serializable {

  /** Uses a model of a slice that learns nothing. */
  <R> R useSliceModel(BatchPart part, Function<SliceModel, R> use) {
    return TaskCache.use(
        training,
        List.of(SliceModel.class, part),
        () -> new SliceModel(network, part, options, seed, session),
        use);
  }

  /** Uses a model of a slice that learns. */
  <R> R useTrainingModel(BatchPart part, Function<TrainingModel, R> use) {
    return TaskCache.use(
        training,
        List.of(TrainingModel.class, part),
        () -> new TrainingModel(network, part, options, seed, session),
        use);
  }
}
