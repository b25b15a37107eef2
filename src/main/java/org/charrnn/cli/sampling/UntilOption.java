package org.charrnn.cli.sampling;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.charrnn.InputException;
import org.charrnn.decoding.StopString;
import org.charrnn.text.Level;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.Vocabulary;
import picocli.CommandLine.Option;

/** The string after which a text ends. */
public final class UntilOption {
  @Option(
      names = "--until",
      paramLabel = "STRING",
      description =
          "End each text after the first STRING in what is generated; --length is then the"
              + " maximum.")
  private String given;

  /** Returns whether texts can end before their length. */
  public boolean isGiven() {
    return given != null;
  }

  /**
   * Returns the string in the form of the model's texts.
   *
   * @throws InputException if it can never occur in a text with the vocabulary's tokens
   */
  public StopString string(Vocabulary vocabulary, TextNormalization normalization) {
    if (given == null) {
      return StopString.NONE;
    }
    if (given.isEmpty()) {
      throw new InputException(
          "--until is empty; leave it out for texts of the length given by --length");
    }
    Set<Integer> generated =
        IntStream.of(vocabulary.generatedCodePoints()).boxed().collect(Collectors.toSet());
    String string = normalization.apply(given);
    Set<String> missing =
        string
            .codePoints()
            .filter(c -> !generated.contains(c))
            .mapToObj(Character::toString)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (!missing.isEmpty()) {
      throw new InputException(
          "--until can never occur: no %s of the vocabulary has %s%s"
              .formatted(
                  vocabulary.level().noun(),
                  Level.CHARACTER.quoteSome(missing),
                  given.matches("(?s).*\\\\[nt].*")
                      ? "; for a line end or a tab, write $'\\n' or $'\\t'"
                      : ""));
    }
    return new StopString(string);
  }
}
