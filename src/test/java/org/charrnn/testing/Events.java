package org.charrnn.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.proto.Event;

/** Reads TensorBoard event files, without checking their checksums. */
public final class Events {
  private Events() {}

  /** Returns the event files in a run's directory, in the order in which TensorBoard reads them. */
  public static List<Path> files(Path run) throws IOException {
    try (Stream<Path> entries = Files.list(run)) {
      return entries
          .filter(entry -> entry.getFileName().toString().contains("tfevents"))
          .sorted()
          .toList();
    }
  }

  /** Returns the events in a file. */
  public static List<Event> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int start = bytes.position() + 12; // after the length and its checksum
      int end = start + (int) bytes.getLong();
      events.add(Event.parseFrom(Arrays.copyOfRange(bytes.array(), start, end)));
      bytes.position(end + 4);
    }
    return events;
  }
}
