package org.charrnn.cli.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.charrnn.InputException;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Saving;
import org.charrnn.settings.SettingValues;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.settings.ValidationFrom;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TextConfig;
import org.charrnn.text.files.Corpus;
import org.charrnn.text.files.TextFormat;

/** Reads the text of a run on streams and resolves the settings with which it continues. */
public final class StreamResumer {
  private final SettingValues given;
  private final StreamPlanner.Source source;
  private final StreamPlan.Machine machine;
  private final TextLoader loader;

  /**
   * @param given the settings that the user chose, of those that {@code --resume} can change
   * @param source of the text; null for that of the run
   */
  public StreamResumer(
      SettingValues given, StreamPlanner.Source source, StreamPlan.Machine machine) {
    this.given = given;
    this.source = source;
    this.machine = machine;
    this.loader = new TextLoader(machine.err());
  }

  /**
   * Plans the continuation of a run.
   *
   * @param step steps done
   * @throws InputException if the text has changed
   */
  public StreamPlan plan(RunDirectory run, long step) {
    RunConfig saved = run.config().at(step);
    TrainingConfig training = ResumedSettings.resolve(RunKind.TRAIN, saved.training(), given);
    TextConfig text = saved.text();
    TextFormat format = text.format().withSeparatorOf(run.vocabulary()); // else it was not needed
    List<Path> files =
        source == null
            ? TextSettings.files(run, "give the text of the run with --data")
            : loader.files(source, format);
    Corpus corpus =
        loader.encode(
            loader.read(files, format, run.vocabulary().tokenization()), run.vocabulary());
    if (!corpus.sha256().equals(text.sha256())) {
      throw new InputException(
          "the text of the run has changed since it was trained; start a new run from its weights"
              + " with --data and --init-from");
    }
    requireSameFiles(text, training.saving(), corpus);
    if (!training.saving().equals(saved.training().saving())) {
      batches(corpus, training); // for which the training text may now be too short
    }
    if (given.isGiven("steps") || given.isGiven("epochs")) {
      long batches = batches(corpus, training);
      training =
          training.withSteps(SettingsForText.givenSteps(given, batches).orElse(training.steps()));
    }
    RunConfig config = saved.changedAt(step, training);
    if (source != null) {
      config = config.withText(text.withFiles(files.stream().map(Path::toString).toList()));
    }
    List<String> notes = new ArrayList<>(ResumedSettings.describe(step, run.config(), config));
    TextLoader.unknowns(corpus, false).ifPresent(notes::add);
    return new StreamPlan(config, corpus, List.of(text.format()), notes, machine);
  }

  /** Returns the number of batches in an epoch of a resumed training. */
  private static long batches(Corpus corpus, TrainingConfig training) {
    try {
      return StreamPlan.batches(corpus, training).batches();
    } catch (InputException e) {
      throw new InputException(
          e.getMessage() + "; with --resume, only a smaller --validation helps", e);
    }
  }

  /** The pieces for validation depend on where files start. */
  private static void requireSameFiles(TextConfig text, Saving saving, Corpus corpus) {
    int files = text.fileCount();
    if (saving.validation() > 0
        && saving.validationFrom() == ValidationFrom.SPREAD
        && files != corpus.files().size()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the text of the run was in %,d files and is now in %,d, so other parts would be used"
                  + " for validation; give the same files",
              files,
              corpus.files().size()));
    }
  }
}
