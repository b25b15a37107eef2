package org.charrnn.cli.evaluation;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.EvaluationSession;
import org.charrnn.settings.BatchShape;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.TokenRange;
import org.charrnn.text.TokenRanges;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.files.Corpus;
import org.charrnn.text.files.TextInput;
import org.charrnn.train.Evaluation;
import org.charrnn.train.EvaluationProtocol;
import org.charrnn.train.ProgressBar;

/**
 * A text to evaluate.
 *
 * @param name such as {@code input.txt} or {@code validation part of input.txt}
 * @param files that have it
 * @param tokens what is evaluated
 * @param unknowns unknown tokens among them
 * @param trainedShape size of the batches with which the training evaluated this text, if it did
 */
public record EvaluatedText(
    String name,
    List<Path> files,
    TokenRanges tokens,
    long unknowns,
    Optional<BatchShape> trainedShape) {

  /**
   * Returns the whole text of some files.
   *
   * @throws org.charrnn.InputException if it has fewer than two tokens
   */
  public static EvaluatedText whole(Corpus corpus) {
    String name = name(corpus.files());
    String subject = corpus.files().size() == 1 ? name : "the text";
    TokenRanges tokens =
        TokenRanges.of(new TokenRange(subject, corpus.ids(), 0, corpus.ids().size()));
    Evaluation.require(tokens);
    return new EvaluatedText(name, corpus.files(), tokens, corpus.unknowns(), Optional.empty());
  }

  /**
   * Returns the part of a run's text that its training did not read.
   *
   * @param shape size of the run's batches
   */
  static EvaluatedText validation(Corpus corpus, TokenRanges tokens, BatchShape shape) {
    Evaluation.require(tokens);
    return new EvaluatedText(
        "validation part of " + name(corpus.files()),
        corpus.files(),
        tokens,
        unknowns(tokens, corpus.vocabulary()),
        Optional.of(shape));
  }

  private static long unknowns(TokenRanges tokens, Vocabulary vocabulary) {
    long unknowns = 0;
    for (TokenRange range : tokens.ranges()) {
      for (long i = 0; i < range.size(); i++) {
        unknowns += vocabulary.isUnknown(range.get(i)) ? 1 : 0;
      }
    }
    return unknowns;
  }

  static String name(List<Path> files) {
    String first = TextInput.name(files.get(0));
    return files.size() == 1
        ? first
        : String.format(
            Locale.ROOT,
            "%,d files, from %s to %s",
            files.size(),
            first,
            TextInput.name(files.get(files.size() - 1)));
  }

  /**
   * Returns the size of the batches in which the text is evaluated. Where the training did the
   * same, it is the same as there, so that the loss is the same, too.
   */
  public BatchShape shape(EvaluationProtocol protocol) {
    return protocol.hasWindows()
        ? protocol.shape(tokens)
        : trainedShape.orElseGet(() -> protocol.shape(tokens));
  }

  /** Evaluates the text, and shows the progress. */
  public Evaluation evaluate(
      TrainedModel model, EvaluationProtocol protocol, SessionSettings session) {
    try (EvaluationSession network =
            EvaluationSession.open(
                model.config().model(), shape(protocol), model.weights(), session);
        ProgressBar progress = ProgressBar.start("evaluate", tokens.predictable())) {
      return Evaluation.of(network, tokens, protocol, read -> progress.step(read, () -> ""));
    }
  }
}
