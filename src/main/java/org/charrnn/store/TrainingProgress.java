package org.charrnn.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.charrnn.InputException;

/**
 * The progress of a training.
 *
 * @param step steps done
 * @param bestStep steps done at the best validation, or 0 before the first
 * @param bestValidationNats mean loss of that validation, in nats; null before the first
 * @param validationsSinceBest validations after the best
 * @param isValidationDue whether the validation after the last step was abandoned; only then it is
 *     written to the file
 */
public record TrainingProgress(
    long step,
    long bestStep,
    Float bestValidationNats,
    int validationsSinceBest,
    @JsonProperty(TrainingProgress.VALIDATION_DUE) @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean isValidationDue) {
  private static final String VALIDATION_DUE = "validation_due";

  /** Before the first step. */
  public static final TrainingProgress START = new TrainingProgress(0, 0, null, 0);

  /** The progress at a point where no validation was abandoned. */
  public TrainingProgress(
      long step, long bestStep, Float bestValidationNats, int validationsSinceBest) {
    this(step, bestStep, bestValidationNats, validationsSinceBest, false);
  }

  /** Returns the same progress, of which a validation was abandoned. */
  public TrainingProgress withValidationDue() {
    return new TrainingProgress(step, bestStep, bestValidationNats, validationsSinceBest, true);
  }

  /**
   * Returns the progress after more steps.
   *
   * @param newStep steps done
   * @param validationNats mean loss of a validation after them, in nats; null without one
   */
  public TrainingProgress next(long newStep, Float validationNats) {
    boolean isBest =
        validationNats != null
            && (bestValidationNats == null || validationNats < bestValidationNats);
    return isBest
        ? new TrainingProgress(newStep, newStep, validationNats, 0)
        : new TrainingProgress(
            newStep,
            bestStep,
            bestValidationNats,
            validationsSinceBest + (validationNats == null ? 0 : 1));
  }

  /** Returns the same progress with another best checkpoint, after which none was validated. */
  public TrainingProgress withBest(long newBestStep, Float newBestValidationNats) {
    return new TrainingProgress(step, newBestStep, newBestValidationNats, 0, isValidationDue);
  }

  /** Writes a file with these values and their checksum. */
  void write(Path file) throws IOException {
    Files.write(file, Checksums.write(this, file.getFileName().toString(), Map.of()));
  }

  /**
   * Reads a file.
   *
   * @throws InputException if it cannot be read or is damaged
   */
  static TrainingProgress read(Path file) {
    byte[] json = Json.bytes(file);
    JsonNode values = Json.parse(json, file);
    if (values instanceof ObjectNode object) {
      object.remove(Checksums.KEY);
      if (!object.has(VALIDATION_DUE)) {
        object.put(VALIDATION_DUE, false);
      }
    }
    TrainingProgress progress = Json.convert(values, TrainingProgress.class, file);
    Checksums.verifyOwn(json, file);
    return progress;
  }
}
