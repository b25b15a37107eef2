package org.charrnn.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.charrnn.model.CellKind;
import org.charrnn.text.Level;
import picocli.CommandLine.Option;

/** Options of a char-rnn alone; null where a person gave none. */
final class CharRnnOptions extends FileOptions {
  private static final int FIRST = -2; // the others have -1

  @Option(
      names = "--data",
      order = FIRST,
      paramLabel = "FILE",
      arity = "1..*",
      description = "Text to learn: files, directories (with all in them) or patterns.")
  List<String> data;

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      description = "Learn text by char or by word (default: char).")
  Level level;

  @Option(
      names = "--min-count",
      paramLabel = "N",
      description = "What is seen fewer times becomes unknown (default: 1, nothing does).")
  Integer minCount;

  @Option(
      names = "--vocabulary-size",
      paramLabel = "N",
      description = "Only so many of the most frequent are known (default: all).")
  Integer vocabularySize;

  @Option(
      names = "--validation",
      paramLabel = "PART",
      description =
          "Part of the text, at its end, to validate with; 0 for none (default: 0.05, at most"
              + " 500,000 characters or words).")
  Double validation;

  @Option(names = "--cell", paramLabel = "CELL", description = "lstm, gru or rnn (default: lstm).")
  CellKind cell;

  @Option(
      names = "--embedding",
      paramLabel = "N",
      description =
          "Features of an embedded character or word; 0 for one-hot (default: 0 by char,"
              + " the hidden size by word).")
  Integer embedding;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Streams of text side by side (default: 50).")
  Integer batchSize;

  @Option(
      names = "--slices",
      paramLabel = "N",
      description =
          "Parts of a batch that are computed apart: with --engine spark as many at once as there"
              + " are cores, else one after the other, in less memory (default: 1).")
  Integer slices;

  @Option(
      names = "--local-steps",
      paramLabel = "N",
      description =
          "Steps that each slice takes by itself before their weights are averaged, for slow"
              + " networks; 1 takes each step together (default: 1).")
  Integer localSteps;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "How often the text is gone through, unless --steps is given (default: 50).")
  Integer epochs;

  @Option(
      names = "--decay-rate",
      paramLabel = "RATE",
      description = "What the learning rate is multiplied by after each epoch (default: 0.97).")
  Float decayRate;

  @Option(
      names = "--decay-after",
      paramLabel = "N",
      description = "Epochs before it is (default: 10).")
  Integer decayAfter;

  @Option(
      names = "--clip",
      paramLabel = "NORM",
      description = "The largest norm of all gradients together; 0 for no limit (default: 5).")
  Float clip;

  @Option(
      names = "--dropout",
      paramLabel = "PART",
      description =
          "Part of the values between layers, and of embedded tokens, that is dropped (default: 0).")
  Float dropout;

  @Option(
      names = "--save-every",
      paramLabel = "N",
      description = "Steps from one validation and checkpoint to the next (default: 500).")
  Long saveEvery;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description =
          "Stop after so many validations without a better loss; 0 for never" + " (default: 0).")
  Integer patience;

  @Option(
      names = "--sample-length",
      paramLabel = "N",
      description =
          "Characters or words of the text written at each checkpoint; 0 for none (default: 200).")
  Integer sampleLength;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description =
          "Go on with a run from its latest checkpoint, or from the checkpoint given, with its"
              + " settings; only --data, --include, --steps or --epochs may be given beside.")
  Path resume;

  /** Whether anything is given that only a char-rnn understands. */
  boolean isGiven() {
    return data != null
        || resume != null
        || epochs != null
        || !include().isEmpty()
        || isSettingGiven();
  }

  /** Whether anything is given that a run keeps. */
  boolean isSettingGiven() {
    return isFormatGiven()
        || Stream.of(
                level,
                minCount,
                vocabularySize,
                validation,
                cell,
                embedding,
                batchSize,
                slices,
                localSteps,
                decayRate,
                decayAfter,
                clip,
                dropout,
                saveEvery,
                patience,
                sampleLength)
            .anyMatch(Objects::nonNull);
  }
}
