package org.charrnn.cli.evaluation;

import java.util.Locale;
import java.util.Optional;
import org.charrnn.text.Level;
import org.charrnn.train.Evaluation;

/** How results are printed. */
public interface ResultFormat {
  /** Columns separated by tabs, below a heading. */
  ResultFormat TABLE =
      new ResultFormat() {
        @Override
        public Optional<String> heading() {
          return Optional.of(
              String.join("\t", "nats", "bits", "perplexity", "tokens", "unknown", "file"));
        }

        @Override
        public String format(Result result) {
          if (result.error() != null) {
            String error = result.error().lines().findFirst().orElse("").replace('\t', ' ');
            return "error: %s\t\t\t\t\t%s".formatted(error, result.files().get(0));
          }
          Evaluation evaluation = result.evaluation();
          return String.format(
              Locale.ROOT,
              "%.4f\t%.4f\t%.3f\t%d\t%d\t%s",
              evaluation.meanLossNats(),
              evaluation.bits(),
              evaluation.perplexity(),
              evaluation.tokens(),
              result.unknowns(),
              result.files().get(0));
        }
      };

  /** Returns the format of a single result: lines for people. */
  static ResultFormat lines(Level level) {
    return result ->
        String.format(
            Locale.ROOT,
            """
            mean loss: %.4f nats
            bits per %s: %.4f
            perplexity: %.3f per %2$s
            %2$ss: %,d predicted, %,d unknown in the text\
            """,
            result.evaluation().meanLossNats(),
            level.noun(),
            result.evaluation().bits(),
            result.evaluation().perplexity(),
            result.evaluation().tokens(),
            result.unknowns());
  }

  /** The line above the results, if there is one. */
  default Optional<String> heading() {
    return Optional.empty();
  }

  /** Returns what is printed about a text. */
  String format(Result result);
}
