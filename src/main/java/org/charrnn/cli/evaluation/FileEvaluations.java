package org.charrnn.cli.evaluation;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.charrnn.InputException;
import org.charrnn.bulk.BulkEvaluation;
import org.charrnn.cli.sampling.TextOutput;
import org.charrnn.engine.Engine;
import org.charrnn.model.SessionSettings;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.TokenIds;
import org.charrnn.text.files.TextInput;
import org.charrnn.train.Evaluation;
import org.charrnn.train.EvaluationProtocol;
import org.charrnn.train.ProgressBar;

/** Evaluates files separately, and prints a line for each, in the order of the files. */
public final class FileEvaluations implements AutoCloseable {
  private final List<Path> files;
  private final Function<Path, EvaluatedText> reader;
  private final ResultFormat format;
  private final TextOutput out;
  private final ProgressBar bar;
  private final Deque<Result> pending = new ArrayDeque<>(); // of files that were read
  private int printed;
  private int errors; // printed

  /**
   * @param reader reads a file when it is needed; throws an {@link InputException} if that cannot
   *     be evaluated
   * @param format of each line
   */
  public FileEvaluations(
      List<Path> files, Function<Path, EvaluatedText> reader, ResultFormat format, TextOutput out) {
    this.files = files;
    this.reader = reader;
    this.format = format;
    this.out = out;
    bar = ProgressBar.start("evaluate", files.size());
  }

  /**
   * Evaluates the files and prints each line as soon as those before it are printed.
   *
   * @return the number of files that cannot be evaluated
   */
  public int print(
      Engine engine, TrainedModel model, EvaluationProtocol protocol, SessionSettings session) {
    format.heading().ifPresent(heading -> bar.print(() -> out.println(heading)));
    BulkEvaluation.evaluate(engine, session, protocol, model, new Texts(), this::print);
    printErrors();
    return errors;
  }

  private void print(Evaluation evaluation) {
    printErrors();
    Result read = pending.remove();
    print(format.format(new Result(read.text(), read.files(), evaluation, read.unknowns(), null)));
  }

  /** Prints the files up to the next that is being evaluated. */
  private void printErrors() {
    while (!pending.isEmpty() && pending.peek().error() != null) {
      errors++;
      print(format.format(pending.remove()));
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
          EvaluatedText text = reader.apply(file);
          pending.add(Result.of(text, null));
          next = text.tokens().ranges().get(0).ids();
        } catch (InputException e) {
          pending.add(new Result(TextInput.name(file), List.of(file), null, 0, e.getMessage()));
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
