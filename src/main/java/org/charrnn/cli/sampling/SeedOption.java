package org.charrnn.cli.sampling;

import java.io.PrintWriter;
import java.security.SecureRandom;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The seed of sampled tokens: given, chosen at random, or the default. */
public final class SeedOption {
  private static final long DEFAULT = 1;
  private static final int RANDOM_SEEDS = 1_000_000_000;

  @Option(
      names = "--seed",
      paramLabel = "N|random",
      converter = Seed.Converter.class,
      description =
          "Seed of the sampled tokens, or random to choose one, which is printed (default: 1).")
  private Seed given;

  /** A whole number, which may have been chosen at random. */
  record Seed(long number, boolean isRandom) {
    /** Reads a number, or the word random. */
    static final class Converter implements ITypeConverter<Seed> {
      @Override
      public Seed convert(String value) {
        if (value.equals("random")) {
          return new Seed(new SecureRandom().nextInt(RANDOM_SEEDS), true);
        }
        try {
          return new Seed(Long.parseLong(value), false);
        } catch (NumberFormatException e) {
          throw new TypeConversionException("'" + value + "' is neither a whole number nor random");
        }
      }
    }
  }

  /** Returns the seed. */
  public long number() {
    return given == null ? DEFAULT : given.number();
  }

  /** Prints a seed that was not given, and how to get another text or the same again. */
  public void report(PrintWriter err) {
    if (given == null) {
      err.println("seed 1; use --seed N or --seed random for another text");
    } else if (given.isRandom()) {
      String number = Long.toString(given.number());
      err.println("seed " + number + "; --seed " + number + " gives the same text again");
    }
    err.flush();
  }
}
