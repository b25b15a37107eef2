package org.charrnn.cli.training;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.charrnn.text.Level;
import org.charrnn.text.Tokenization;
import org.charrnn.text.UnicodeForm;
import org.charrnn.text.UnicodeForms;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.files.Corpus;
import org.charrnn.text.files.CorpusFiles;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TokenizedText;

/** Reads the text of a training or an evaluation, and reports what is unusual about it. */
public final class TextLoader {
  private static final String NORMALIZE = "; --normalize nfc makes them the same";

  private final PrintWriter err;

  /**
   * @param err receives the reports
   */
  public TextLoader(PrintWriter err) {
    this.err = err;
  }

  /** Returns the files of a text, and reports those that were skipped. */
  List<Path> files(StreamPlanner.Source source, TextFormat format) {
    CorpusFiles.Found found = CorpusFiles.find(source.files(), source.patterns(), format);
    found.skipped().ifPresent(this::report);
    return found.files();
  }

  /** Reads files into tokens. */
  public TokenizedText read(List<Path> files, TextFormat format, Tokenization tokenization) {
    try (ReadingProgress progress = new ReadingProgress()) {
      return TokenizedText.read(files, format, tokenization, progress);
    }
  }

  /** Reports letters that are in the text in two Unicode forms, if it is not normalized. */
  void reportMixedForms(TokenizedText text, TextFormat format) {
    if (format.normalization().normalize() == UnicodeForm.NONE) {
      text.mixedForms().ifPresent(line -> report(line + NORMALIZE));
    }
  }

  /** Encodes a text, and reports if the vocabulary has more of it in another Unicode form. */
  public Corpus encode(TokenizedText text, Vocabulary vocabulary) {
    Corpus corpus = text.encode(vocabulary);
    if (corpus.unknowns() > 0) {
      text.betterForm(vocabulary)
          .ifPresent(form -> report("the text has unknown tokens; " + UnicodeForms.advice(form)));
    }
    return corpus;
  }

  private void report(String line) {
    err.println("charrnn: " + line);
  }

  /** Returns a line about tokens that were added to a model's vocabulary, if there are any. */
  static Optional<String> added(Corpus corpus, List<String> tokens) {
    Level level = corpus.vocabulary().level();
    return tokens.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "added %,d %s%s to the model's vocabulary: %s",
                tokens.size(),
                level.noun(),
                tokens.size() == 1 ? "" : "s",
                level.quoteSome(tokens)));
  }

  /**
   * Returns a line about the unknown tokens of a text, if it has any.
   *
   * @param canAdd whether an option would add them to the model's vocabulary
   */
  static Optional<String> unknowns(Corpus corpus, boolean canAdd) {
    return corpus.unknowns() == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of the text's %,d %ss are not in the vocabulary, so the model learns them as"
                    + " unknown and never generates them%s",
                corpus.unknowns(),
                corpus.ids().size(),
                corpus.vocabulary().level().noun(),
                canAdd ? "; --min-count N adds those that occur N times" : ""));
  }
}
