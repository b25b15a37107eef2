package org.charrnn.cli;

import java.util.concurrent.Callable;
import org.charrnn.InputException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Trains the lab or, with files to learn from, a char-rnn. */
@Command(
    name = "train",
    description = {
      "Trains lab 12-4: stacked LSTM cells on every window of one sentence, which is read back at"
          + " the end. With --data it trains a char-rnn on any amount of text. Either saves a"
          + " SavedModel that Python opens.",
      "Ctrl-C stops after the current step and still saves."
    },
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {
  @Mixin private TrainOptions options = new TrainOptions();

  @ArgGroup(validate = false, heading = "%nThe lab:%n")
  private LabOptions lab = new LabOptions();

  @ArgGroup(validate = false, heading = "%nA char-rnn:%n")
  private CharRnnOptions charRnn = new CharRnnOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    boolean isCharRnn = charRnn.data != null || charRnn.resume != null;
    if (isCharRnn && lab.isGiven()) {
      throw new InputException("--text and --listing are the lab's; they do not go with --data");
    }
    if (!isCharRnn && charRnn.isGiven()) {
      throw new InputException("options of a char-rnn need --data, the text to learn; see --help");
    }
    if (!isCharRnn && !options.engine.isLocal()) {
      throw new InputException("the lab trains on one machine: --engine spark goes with --data");
    }
    if (isCharRnn) {
      new CharRnnTask(options, charRnn, spec.commandLine()).run();
    } else {
      new LabTask(options, lab, spec.commandLine()).run();
    }
    return ExitCodes.DONE;
  }
}
