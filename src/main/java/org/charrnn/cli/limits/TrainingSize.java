package org.charrnn.cli.limits;

import java.util.Map;
import java.util.Optional;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.measure.MemoryEstimate;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingValues;
import org.charrnn.settings.Slicing;
import org.charrnn.store.RunConfig;

/**
 * What decides how much memory and disk space a training needs.
 *
 * @param batch of a step
 * @param computed the shape that is computed at once: the batch or its largest slice
 */
public record TrainingSize(
    RunKind kind, ModelConfig model, BatchShape batch, BatchShape computed, ComputeKernel kernel) {
  private static final int SMALLEST_VOCABULARY = 2;
  private static final int TENSORS_OF_A_SAVED_WEIGHT = 3; // with Adam's two moments
  private static final int CHECKPOINTS = 2; // one is deleted only after the next is complete

  /** Returns the size of a training whose settings are all known. */
  public static TrainingSize of(RunConfig config) {
    return of(
        config.kind(),
        config.model(),
        config.training().batch(),
        config.slicing(),
        config.kernel());
  }

  private static TrainingSize of(
      RunKind kind, ModelConfig model, BatchShape batch, Slicing slicing, ComputeKernel kernel) {
    BatchShape computed =
        new BatchShape(slicing.maxRows(batch.batchSize()), batch.sequenceLength());
    return new TrainingSize(kind, model, batch, computed, kernel);
  }

  /**
   * Returns the smallest size of a training whose text has not been read: what is not given and
   * depends on the text, such as the vocabulary, is as small as it can be.
   *
   * @param known network of the model that the training starts from, if it has one
   * @param kernel with the least memory
   */
  public static TrainingSize smallest(
      RunKind kind, SettingValues given, Optional<ModelConfig> known, ComputeKernel kernel) {
    Map<String, Object> ofText =
        kind == RunKind.LAB
            ? Map.of("cell", CellKind.LSTM, "classes", SMALLEST_VOCABULARY, "embeddingSize", 0)
            : Map.of("classes", SMALLEST_VOCABULARY);
    SettingValues values =
        ModelConfig.withEmbedding(given.derive("hidden", 1), 0)
            .derive("batch-size", 1)
            .derive("sequence-length", 1);
    return of(
        kind,
        known.orElseGet(() -> values.build(ModelConfig.class, ofText)),
        values.build(BatchShape.class),
        kind == RunKind.LAB ? Slicing.NONE : values.build(Slicing.class),
        kernel);
  }

  /** Estimates the memory, in bytes. */
  public double memoryBytes() {
    return MemoryEstimate.bytes(model, computed, kernel);
  }

  /**
   * Estimates the disk space that a run needs at least, in bytes: two checkpoints and the
   * SavedModel.
   */
  public double diskBytes() {
    double weights = (double) Float.BYTES * model.parameters();
    double state =
        kind == RunKind.TRAIN
            ? (double) Float.BYTES
                * batch.batchSize()
                * model.stateSizes().stream().mapToLong(Integer::longValue).sum()
            : 0;
    return CHECKPOINTS * (TENSORS_OF_A_SAVED_WEIGHT * weights + state) + weights;
  }
}
