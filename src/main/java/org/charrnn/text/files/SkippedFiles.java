package org.charrnn.text.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.charrnn.InputException;

/** Finds and counts what directories contain besides text. */
final class SkippedFiles {
  private static final int BLOCK = 1 << 13;
  private static final Set<String> VERSION_CONTROL =
      Set.of(".git", ".svn", ".hg", ".bzr", "CVS", "_darcs");

  private final TextFormat format;
  private final Map<Kind, Set<Path>> skipped = new EnumMap<>(Kind.class);
  private String problem = ""; // of the first file that was recognized as something else

  /** What is skipped. */
  private enum Kind {
    BINARY_FILE("binary file"),
    OTHER_ENCODING("file that is not %s text", "files that are not %s text"),
    RUN("run"),
    SAVED_MODEL("SavedModel"),
    VERSION_CONTROL("version-control folder");

    private final String one;
    private final String several;

    Kind(String one) {
      this(one, one + "s");
    }

    Kind(String one, String several) {
      this.one = one;
      this.several = several;
    }
  }

  SkippedFiles(TextFormat format) {
    this.format = format;
  }

  /** Whether a directory contains no texts of the user; if so, it is counted. */
  boolean skipsDirectory(Path directory) {
    Optional<Kind> kind =
        VERSION_CONTROL.contains(directory.getFileName().toString())
            ? Optional.of(Kind.VERSION_CONTROL)
            : modelIn(directory);
    kind.ifPresent(found -> skip(found, directory));
    return kind.isPresent();
  }

  /** Returns the name of what a directory is if it is a run or a SavedModel. */
  static Optional<String> model(Path directory) {
    return modelIn(directory).map(kind -> kind.one);
  }

  private static Optional<Kind> modelIn(Path directory) {
    long partsOfRun =
        Stream.of("config.json", "vocabulary.json", "checkpoints")
            .filter(name -> Files.exists(directory.resolve(name)))
            .count();
    return partsOfRun >= 2
        ? Optional.of(Kind.RUN)
        : Files.exists(directory.resolve("saved_model.pb"))
            ? Optional.of(Kind.SAVED_MODEL)
            : Optional.empty();
  }

  /** Whether a file is not text by its first block; if so, it is counted. */
  boolean skipsFile(Path file) {
    Optional<Kind> kind = nonText(file);
    kind.ifPresent(found -> skip(found, file));
    return kind.isPresent();
  }

  private void skip(Kind kind, Path path) {
    skipped.computeIfAbsent(kind, key -> new TreeSet<>()).add(path);
  }

  private Optional<Kind> nonText(Path file) {
    try (TextInput in = TextInput.open(file)) {
      byte[] block = in.readNBytes(BLOCK);
      boolean isWide = format.encoding().name().matches("(?i).*UTF-(16|32).*");
      boolean hasMark = block.length >= 2 && ((block[0] & block[1] & 0xff) == 0xfe);
      if (!isWide && !hasMark && hasNul(block)) {
        return Optional.of(Kind.BINARY_FILE);
      }
      return decodes(block) ? Optional.empty() : Optional.of(Kind.OTHER_ENCODING);
    } catch (NotTextException e) {
      problem = problem.isEmpty() ? e.getMessage() : problem;
      return Optional.of(Kind.BINARY_FILE);
    } catch (IOException | InputException e) {
      return Optional.empty(); // reading it reports why
    }
  }

  private static boolean hasNul(byte[] block) {
    for (byte b : block) {
      if (b == 0) {
        return true;
      }
    }
    return false;
  }

  private boolean decodes(byte[] block) {
    if (format.malformed() == Malformed.REPLACE) {
      return true;
    }
    return !format
        .encoding()
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(block), CharBuffer.allocate(2 * BLOCK), block.length < BLOCK)
        .isError();
  }

  /** Whether files were skipped, not only directories. */
  boolean hasFiles() {
    return skipped.containsKey(Kind.BINARY_FILE) || skipped.containsKey(Kind.OTHER_ENCODING);
  }

  /** Returns what the first file is that was recognized, and what to do; empty if none was. */
  String problem() {
    return problem;
  }

  /** Returns what was skipped, such as {@code 12 binary files and 1 run}; empty for nothing. */
  Optional<String> description() {
    List<String> counts = new ArrayList<>();
    skipped.forEach(
        (kind, paths) -> {
          String noun = paths.size() == 1 ? kind.one : kind.several;
          String example = kind == Kind.OTHER_ENCODING ? " (" + first(paths) + ")" : "";
          counts.add(
              String.format(
                  Locale.ROOT,
                  "%,d %s%s",
                  paths.size(),
                  noun.formatted(format.encoding().name()),
                  example));
        });
    return counts.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", counts));
  }

  private static String first(Set<Path> paths) {
    return (paths.size() == 1 ? "" : "such as ") + paths.iterator().next();
  }
}
