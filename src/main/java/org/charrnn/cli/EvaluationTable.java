package org.charrnn.cli;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.charrnn.InputException;
import org.charrnn.bulk.BulkEvaluation;
import org.charrnn.cli.sampling.TextOutput;
import org.charrnn.engine.Engine;
import org.charrnn.model.SessionSettings;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.TokenIds;
import org.charrnn.text.files.Corpus;
import org.charrnn.train.Evaluation;
import org.charrnn.train.ProgressBar;

/**
 * A table with a line per file, in the order of the files, its columns separated by tabs. A file
 * that cannot be evaluated has {@code error: } and the reason in the first column, and only its
 * name in the others.
 */
final class EvaluationTable implements AutoCloseable {
  private static final String HEADER =
      String.join("\t", "nats", "bits", "perplexity", "tokens", "unknown", "file");

  private final List<Path> files;
  private final Function<Path, Corpus> reader;
  private final TextOutput out;
  private final ProgressBar bar;
  private final Deque<Row> pending = new ArrayDeque<>(); // of files that were read
  private int printed;
  private int errors; // printed

  /**
   * A file.
   *
   * @param unknowns unknown tokens in it
   * @param error why it cannot be evaluated; null if it can
   */
  private record Row(Path file, long unknowns, String error) {}

  /**
   * @param reader reads a file when it is needed; throws an {@link InputException} if that cannot
   *     be evaluated
   */
  EvaluationTable(List<Path> files, Function<Path, Corpus> reader, TextOutput out) {
    this.files = files;
    this.reader = reader;
    this.out = out;
    bar = ProgressBar.start("evaluate", files.size());
  }

  /**
   * Evaluates the files and prints each line as soon as those before it are printed.
   *
   * @return the number of files that cannot be evaluated
   */
  int print(Engine engine, TrainedModel model, SessionSettings session) {
    bar.print(() -> out.println(HEADER));
    BulkEvaluation.evaluate(engine, session, model, new Texts(), this::print);
    printErrors();
    return errors;
  }

  private void print(Evaluation evaluation) {
    printErrors();
    Row row = pending.remove();
    print(
        String.format(
            Locale.ROOT,
            "%.4f\t%.4f\t%.3f\t%d\t%d\t%s",
            evaluation.meanLossNats(),
            evaluation.bits(),
            evaluation.perplexity(),
            evaluation.tokens(),
            row.unknowns(),
            row.file()));
  }

  /** Prints the files up to the next that is being evaluated. */
  private void printErrors() {
    while (!pending.isEmpty() && pending.peek().error() != null) {
      Row row = pending.remove();
      errors++;
      String error = row.error().lines().findFirst().orElse("").replace('\t', ' ');
      print("error: %s\t\t\t\t\t%s".formatted(error, row.file()));
    }
  }

  private void print(String line) {
    bar.print(() -> out.println(line));
    bar.step(++printed, () -> "");
  }

  /** The texts that can be evaluated. */
  private final class Texts implements Iterator<TokenIds> {
    private final Iterator<Path> rest = files.iterator();
    private TokenIds next; // null if not looked for, or if there is none

    @Override
    public boolean hasNext() {
      while (next == null && rest.hasNext()) {
        Path file = rest.next();
        try {
          Corpus text = reader.apply(file);
          pending.add(new Row(file, text.unknowns(), null));
          next = text.ids();
        } catch (InputException e) {
          pending.add(new Row(file, 0, e.getMessage()));
        }
      }
      return next != null;
    }

    @Override
    public TokenIds next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      TokenIds text = next;
      next = null;
      return text;
    }
  }

  @Override
  public void close() {
    bar.close();
  }
}
