package org.charrnn.testing.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * The files on a disk.
 *
 * @param step number of operations before the loss of power
 * @param directories paths relative to the root
 * @param files content by path
 */
public record DiskState(int step, SortedSet<String> directories, SortedMap<String, Content> files) {

  /** The content of a file. */
  public static final class Content {
    private final byte[] bytes;
    private final String hash;

    Content(byte[] bytes, String hash) {
      this.bytes = bytes;
      this.hash = hash;
    }

    /** Returns the content of a text file. */
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The same for equal contents only. */
    public String hash() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Content content && hash.equals(content.hash);
    }

    @Override
    public int hashCode() {
      return hash.hashCode();
    }

    @Override
    public String toString() {
      return hash.substring(0, 8);
    }
  }

  /** Returns the files in a directory, by their paths in it. */
  public SortedMap<String, Content> filesIn(String directory) {
    SortedMap<String, Content> result = new TreeMap<>();
    for (Map.Entry<String, Content> file : files.tailMap(directory + "/").entrySet()) {
      if (!file.getKey().startsWith(directory + "/")) {
        break;
      }
      result.put(file.getKey().substring(directory.length() + 1), file.getValue());
    }
    return result;
  }

  /**
   * Creates the files.
   *
   * @param contents directory with files of all contents, which are linked and must not be changed
   */
  public void create(Path root, Path contents) throws IOException {
    Files.createDirectories(root);
    for (String directory : directories) {
      Files.createDirectory(root.resolve(directory));
    }
    for (Map.Entry<String, Content> file : files.entrySet()) {
      Path content = contents.resolve(file.getValue().hash());
      if (Files.notExists(content)) {
        Files.write(content, file.getValue().bytes);
      }
      Files.createLink(root.resolve(file.getKey()), content);
    }
  }
}
