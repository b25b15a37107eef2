package org.charrnn.store.events;

import com.google.protobuf.ByteString;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.store.files.AtomicFiles;
import org.charrnn.store.files.Durable;
import org.tensorflow.proto.DataClass;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.SummaryMetadata;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * An event file for TensorBoard, which reads all event files of a directory, in the order of their
 * names, as one run. Events are visible to readers at once. If a program is killed while it writes,
 * TensorBoard ignores the incomplete record and continues with the next file.
 */
public final class EventFile implements Closeable {
  private static final Pattern NAME =
      Pattern.compile("events\\.out\\.tfevents\\.(\\d{10})\\.charrnn");

  private final Path path;
  private final OutputStream out; // not buffered

  private EventFile(Path path) throws IOException {
    this.path = path;
    try {
      out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(path, e);
    }
  }

  /** Creates a file whose name sorts after the existing ones, even if the clock was set back. */
  public static EventFile create(Path directory) throws IOException {
    long second = System.currentTimeMillis() / 1000;
    for (String name : names(directory)) {
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches()) {
        second = Math.max(second, Long.parseLong(matcher.group(1)) + 1);
      }
    }
    EventFile file =
        new EventFile(
            directory.resolve(
                String.format(Locale.ROOT, "events.out.tfevents.%010d.charrnn", second)));
    try {
      file.write(event().setFileVersion("brain.Event:2"));
      Durable.forceName(file.path);
      return file;
    } catch (IOException e) {
      file.close();
      Files.delete(file.path); // TensorBoard would report it as damaged
      throw e;
    }
  }

  /** Returns the names of the event files in a directory, sorted. */
  public static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> NAME.matcher(name).matches())
          .sorted()
          .toList();
    }
  }

  /**
   * Marks that the training resumes at a step: TensorBoard discards earlier events of this step and
   * later ones.
   */
  public void resumeAt(long step) throws IOException {
    write(
        event()
            .setStep(step)
            .setSessionLog(SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START)));
  }

  /** Writes values of a step, by tag. */
  public void scalars(long step, Map<String, Double> values) throws IOException {
    Summary.Builder summary = Summary.newBuilder();
    values.forEach(
        (tag, value) -> summary.addValueBuilder().setTag(tag).setSimpleValue(value.floatValue()));
    write(event().setStep(step).setSummary(summary));
  }

  /** Writes a histogram of each variable's elements, under {@code tag/name}. */
  public void histograms(long step, String tag, List<VariableValue> variables) throws IOException {
    Summary.Builder summary = Summary.newBuilder();
    for (VariableValue variable : variables) {
      summary
          .addValueBuilder()
          .setTag(tag + "/" + variable.name())
          .setHisto(Histogram.of(variable.values()));
    }
    write(event().setStep(step).setSummary(summary));
  }

  /** Writes a text. TensorBoard renders texts as Markdown, which shows indented lines unchanged. */
  public void text(long step, String tag, String text) throws IOException {
    String verbatim = text.lines().map(line -> "    " + line).collect(Collectors.joining("\n"));
    Summary.Builder summary = Summary.newBuilder();
    summary
        .addValueBuilder()
        .setTag(tag)
        .setMetadata(
            SummaryMetadata.newBuilder()
                .setPluginData(SummaryMetadata.PluginData.newBuilder().setPluginName("text"))
                .setDataClass(DataClass.DATA_CLASS_TENSOR))
        .setTensor(
            TensorProto.newBuilder()
                .setDtype(DataType.DT_STRING)
                .setTensorShape(TensorShapeProto.getDefaultInstance()) // scalar
                .addStringVal(ByteString.copyFromUtf8(verbatim)));
    write(event().setStep(step).setSummary(summary));
  }

  private static Event.Builder event() {
    return Event.newBuilder().setWallTime(System.currentTimeMillis() / 1000.0);
  }

  private void write(Event.Builder event) throws IOException {
    try {
      out.write(TfRecord.of(event.build().toByteArray()));
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(path, e);
    }
  }

  /** Forces the events that were written to the disk, so that a loss of power keeps them. */
  public void force() throws IOException {
    try {
      Durable.forceFile(path);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(path, e);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
