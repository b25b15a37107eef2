package org.charrnn.cli.training;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.model.ComputeKernel;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.Epochs;
import org.charrnn.settings.Saving;
import org.charrnn.settings.SettingDefinition;
import org.charrnn.settings.SettingException;
import org.charrnn.settings.SettingValues;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.settings.ValidationFrom;
import org.charrnn.text.batches.Split;
import org.charrnn.text.batches.StreamBatcher;

/**
 * The settings of a training on streams that are derived from the length of its text where they are
 * not given, so that a text of any length is learned in minutes.
 *
 * <p>A short text is read in few streams, so that there are many steps in an epoch and the state is
 * carried over long parts of the text. The number of steps is enough to learn a short text by
 * heart, and bounded for a long one, of which it may be less than an epoch.
 */
final class SettingsForText {
  private static final double VALIDATION = 0.05;

  /** More would take longer than the training between two validations. */
  private static final double MAX_VALIDATION = 500_000;

  /** Of fewer tokens, the validation part says little, and they are learned by heart anyway. */
  private static final long MIN_VALIDATED = 40_000;

  private static final int TOKENS_PER_STREAM = 2_000;
  private static final int EPOCHS = 20;
  private static final long MIN_STEPS = 5_000;
  private static final long MIN_STEPS_BY_HEART = 10_000;
  private static final long MAX_STEPS = 40_000;

  /** The part of a text that may be dropped at the ends of streams. */
  private static final double MAX_DROPPED = 0.01;

  private static final int SAVES = 20;
  private static final long MIN_SAVE_EVERY = 50;
  private static final long MAX_SAVE_EVERY = 1_000;

  private static final List<Class<? extends Record>> TYPES =
      List.of(BatchShape.class, TrainingConfig.class, Saving.class);
  private static final List<String> DERIVED =
      List.of("batch-size", "sequence-length", "steps", "save-every", "validation");

  private final SettingValues given;
  private final long size;
  private final long[] starts;

  /**
   * @param size tokens of the text
   * @param starts index of the first token of each file
   */
  SettingsForText(SettingValues given, long size, long[] starts) {
    this.given = given;
    this.size = size;
    this.starts = starts;
  }

  /** Whether the text is so short that it is learned by heart. */
  boolean isLearnedByHeart() {
    return size < MIN_VALIDATED;
  }

  /** The part of the text that is kept for validation. */
  double validation() {
    double derived = isLearnedByHeart() ? 0 : Math.min(VALIDATION, MAX_VALIDATION / size);
    double validation =
        (double) given.derive("validation", derived).value(Saving.class, "validation");
    requireValidation(validation);
    return validation;
  }

  private void requireValidation(double validation) {
    Object patience = given.value(Saving.class, "patience");
    if (validation == 0 && patience instanceof Integer count && count > 0) {
      throw new SettingException("patience", "needs a validation, but that is 0" + why());
    }
    boolean isAsked = given.isGiven("validation-from");
    if (validation == 0 && isAsked && !given.isGiven("validation")) {
      throw new SettingException("validation-from", "needs a validation, but that is 0" + why());
    }
  }

  private String why() {
    return given.isGiven("validation") ? "" : " by default for so short a text; give that, too";
  }

  /** Which part that is. */
  ValidationFrom validationFrom() {
    return (ValidationFrom) given.value(Saving.class, "validation-from");
  }

  /**
   * Returns the settings with all that were derived.
   *
   * @throws InputException if the given settings do not fit the text or each other
   */
  SettingValues derive() {
    double validation = validation();
    List<Long> sizes =
        Split.of(size, starts, validation, validationFrom()).training().stream()
            .map(Split.Part::size)
            .toList();
    BatchShape batch = batch(sizes);
    long batches = StreamBatcher.batches(sizes, batch.batchSize(), batch.sequenceLength());
    long minSteps = isLearnedByHeart() ? MIN_STEPS_BY_HEART : MIN_STEPS;
    long derived = Math.max(minSteps, Math.min(MAX_STEPS, EPOCHS * batches));
    long steps = givenSteps(given, batches).orElse(derived);
    return given
        .derive("validation", validation)
        .derive("batch-size", batch.batchSize())
        .derive("sequence-length", batch.sequenceLength())
        .derive("steps", steps)
        .derive("save-every", saveEvery(steps));
  }

  private BatchShape batch(List<Long> sizes) {
    BatchShape most = BatchShape.DEFAULT;
    Integer givenRows = (Integer) given.value(BatchShape.class, "batch-size");
    Integer givenLength = (Integer) given.value(BatchShape.class, "sequence-length");
    int rows = givenRows == null ? rows(sizes, most.batchSize()) : givenRows;
    while (givenRows == null && rows > minRows() && !fits(sizes, rows, givenLength)) {
      rows--;
    }
    int length =
        givenLength == null ? sequenceLength(sizes, rows, most.sequenceLength()) : givenLength;
    return new BatchShape(rows, length);
  }

  private int rows(List<Long> sizes, int most) {
    long tokens = sizes.stream().mapToLong(Long::longValue).sum();
    return (int) Math.max(minRows(), Math.min(most, tokens / TOKENS_PER_STREAM));
  }

  /** Each slice, and each shard of it, has a row. */
  private int minRows() {
    int slices = (int) given.value(Slicing.class, "slices");
    Integer shards = (Integer) given.value(ComputeKernel.class, "shards");
    return Math.multiplyExact(slices, shards == null ? 1 : shards);
  }

  /**
   * @param length of sequences; null for any
   */
  private static boolean fits(List<Long> sizes, int rows, Integer length) {
    return StreamBatcher.batches(sizes, rows, length == null ? 1 : length) > 0;
  }

  /**
   * Returns the greatest length, or a smaller one with which fewer tokens of a text are dropped.
   */
  private static int sequenceLength(List<Long> sizes, int rows, int most) {
    int longest = most;
    while (longest > 1 && !fits(sizes, rows, longest)) {
      longest--;
    }
    int best = longest;
    long tokens = sizes.stream().mapToLong(Long::longValue).sum();
    if (dropped(sizes, rows, longest) > tokens * MAX_DROPPED) {
      for (int length = longest; length > longest / 2; length--) {
        if (dropped(sizes, rows, length) < dropped(sizes, rows, best)) {
          best = length;
        }
      }
    }
    return best;
  }

  private static long dropped(List<Long> sizes, int rows, int length) {
    long tokens = sizes.stream().mapToLong(Long::longValue).sum();
    return tokens - StreamBatcher.batches(sizes, rows, length) * rows * length;
  }

  /**
   * Returns the number of steps: as given, or as the given epochs take.
   *
   * @param batches in an epoch
   */
  static Optional<Long> givenSteps(SettingValues given, long batches) {
    Long steps = (Long) given.value(TrainingConfig.class, "steps");
    boolean hasEpochs = given.value(Epochs.class, "epochs") != null;
    if (steps != null && hasEpochs) {
      throw new InputException("give --steps or --epochs, not both");
    }
    if (hasEpochs) {
      return Optional.of(given.build(Epochs.class).epochs() * batches);
    }
    return Optional.ofNullable(steps);
  }

  private static long saveEvery(long steps) {
    long interval = (steps / SAVES + MIN_SAVE_EVERY - 1) / MIN_SAVE_EVERY * MIN_SAVE_EVERY;
    return Math.max(MIN_SAVE_EVERY, Math.min(MAX_SAVE_EVERY, interval));
  }

  /**
   * Returns a line with the settings that were chosen for the text as options, such as {@code
   * --batch-size 5}; empty if all were given.
   */
  static Optional<String> describe(SettingValues given, SettingValues all) {
    String options =
        DERIVED.stream()
            .flatMap(name -> TYPES.stream().flatMap(type -> describe(given, all, type, name)))
            .collect(Collectors.joining(" "));
    return options.isEmpty() ? Optional.empty() : Optional.of("chosen for this text: " + options);
  }

  private static Stream<String> describe(
      SettingValues given, SettingValues all, Class<? extends Record> type, String name) {
    return SettingDefinition.of(type).stream()
        .filter(setting -> setting.name().equals(name) && given.value(type, name) == null)
        .map(setting -> "--%s %s".formatted(name, setting.format(all.value(type, name))));
  }
}
