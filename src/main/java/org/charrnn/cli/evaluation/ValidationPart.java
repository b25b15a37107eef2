package org.charrnn.cli.evaluation;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.charrnn.InputException;
import org.charrnn.cli.training.ResumedSettings;
import org.charrnn.cli.training.TextLoader;
import org.charrnn.cli.training.TextSettings;
import org.charrnn.settings.Saving;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TextConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.TokenRanges;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.files.Corpus;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TokenizedText;

/** Finds the text with which the run of a model validates. */
public final class ValidationPart {
  private final TrainedModel model;
  private final PrintWriter err;
  private final String advice;

  /**
   * @param model a run, or a checkpoint or SavedModel in the directory of its run
   * @param err receives a line about what is evaluated
   */
  public ValidationPart(TrainedModel model, PrintWriter err) {
    this.model = model;
    this.err = err;
    advice = "name a file to evaluate: charrnn evaluate %s FILE".formatted(model.source());
  }

  /**
   * Reads the text of the run again, and returns the part for validation.
   *
   * @throws InputException if there is no run or no such part, or the text is missing or has
   *     changed
   */
  public EvaluatedText read() {
    RunDirectory run =
        model
            .run()
            .orElseThrow(
                () ->
                    new InputException(
                        "%s is a SavedModel outside of its run, so the run's text is not known; %s"
                            .formatted(model.source(), advice)));
    Saving saving = run.config().training().saving();
    if (saving.validation() == 0) {
      throw new InputException(
          "%s was trained without a validation part (%s); %s"
              .formatted(
                  model.source(),
                  switch (run.config().kind()) {
                    case LAB -> "charrnn lab has none";
                    case TRAIN -> "--validation 0";
                  },
                  advice));
    }
    Corpus corpus = text(run);
    TokenRanges part =
        corpus.split(saving.validation(), saving.validationFrom()).validation(corpus.ids());
    EvaluatedText text = EvaluatedText.validation(corpus, part, run.config().training().batch());
    report(text.name() + describe(saving, corpus, part));
    ResumedSettings.lastNewSplit(run.config())
        .ifPresent(
            step ->
                report(
                    "--resume changed the validation part at step %d; the training may have read parts"
                            .formatted(step)
                        + " of it before"));
    return text;
  }

  private static String describe(Saving saving, Corpus corpus, TokenRanges part) {
    int pieces = part.ranges().size();
    return String.format(
        Locale.ROOT,
        " (%s, %s): %,d of %,d %ss%s",
        saving.validation(),
        saving.validationFrom(),
        part.size(),
        corpus.ids().size(),
        corpus.vocabulary().level().noun(),
        pieces == 1 ? "" : ", in %d pieces".formatted(pieces));
  }

  /** Returns the text as the training read it. */
  private Corpus text(RunDirectory run) {
    TextConfig config = run.config().text();
    Vocabulary vocabulary = run.vocabulary();
    TextLoader loader = new TextLoader(err);
    TextFormat format = config.format().withSeparatorOf(vocabulary);
    List<Path> files = TextSettings.files(run, advice);
    TokenizedText tokens = loader.read(files, format, vocabulary.tokenization());
    String noun = vocabulary.level().noun();
    if (tokens.size() != config.tokens()) {
      throw changed(
          files,
          String.format(
              Locale.ROOT, "it had %,d %ss and now has %,d", config.tokens(), noun, tokens.size()));
    }
    String others = "it has as many %ss, but others".formatted(noun);
    Corpus corpus;
    try {
      corpus = loader.encode(tokens, vocabulary);
    } catch (InputException e) { // the vocabulary lacks some
      throw changed(files, others);
    }
    if (!corpus.sha256().equals(config.sha256())) {
      throw changed(files, others);
    }
    return corpus;
  }

  private InputException changed(List<Path> files, String how) {
    return new InputException(
        "the text of the run has changed since it was trained: %s, in %s; restore it, or %s"
            .formatted(how, EvaluatedText.name(files), advice));
  }

  private void report(String line) {
    err.println("charrnn: " + line);
    err.flush();
  }
}
