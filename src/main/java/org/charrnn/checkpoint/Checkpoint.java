package org.charrnn.checkpoint;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_CheckpointReaderGetVariable;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_CheckpointReaderGetVariableDataType;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_CheckpointReaderGetVariableNumDims;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_CheckpointReaderGetVariableShape;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_CheckpointReaderHasTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_CheckpointReaderSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteCheckpointReader;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_FLOAT;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewCheckpointReader;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_STRING;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.internal.c_api.TF_CheckpointReader;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * Reads and writes the variables of a checkpoint.
 *
 * <p>TensorFlow 1 keeps a variable under its name; TensorFlow 2 under a path through the objects
 * that hold it, and tells the names in an object graph beside them. Either is read by the
 * variables' names.
 */
public final class Checkpoint {
  /** The key of the string that holds a {@code TrackableObjectGraph}, in TensorFlow 2's format. */
  public static final String OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH";

  /** What a variable's value is called among the parts of an object. */
  public static final String VALUE_ATTRIBUTE = "VARIABLE_VALUE";

  private static final String INDEX = ".index";
  private static final String ONE_FILE = "00000-of-00001";

  private Checkpoint() {}

  /**
   * Writes variables as {@code <prefix>.index} and {@code <prefix>.data-00000-of-00001}.
   *
   * @throws IOException if the files cannot be written; the message is the reason alone
   */
  public static void write(Path prefix, List<VariableValue> variables) throws IOException {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      Map<String, Operand<?>> values = new LinkedHashMap<>();
      for (VariableValue variable : variables) {
        values.put(
            variable.name(), tf.constant(variable.shape(), DataBuffers.of(variable.values())));
      }
      write(prefix, tf, values);
    }
  }

  /**
   * Writes tensors of any type, as above.
   *
   * @param tf the eager session that holds them
   * @param values by the keys that they get
   * @throws IOException if the files cannot be written; the message is the reason alone
   */
  public static void write(Path prefix, Ops tf, Map<String, Operand<?>> values) throws IOException {
    try {
      tf.train.save(
          tf.constant(prefix.toString()),
          names(tf, List.copyOf(values.keySet())),
          wholeTensors(tf, values.size()),
          values.values());
    } catch (TensorFlowException e) {
      throw new IOException(reason(e), e);
    }
  }

  /**
   * Tells the names and shapes of the float variables in a checkpoint, in order of their names.
   *
   * @param prefix what the names of its files have in common
   * @throws IOException if there is no checkpoint, or it cannot be read
   */
  public static Map<String, Shape> shapes(Path prefix) throws IOException {
    Map<String, Shape> byKey = shapesByKey(prefix);
    Map<String, String> keys = keys(prefix);
    Map<String, Shape> shapes = new TreeMap<>(byKey);
    keys.values().forEach(shapes::remove);
    keys.forEach(
        (name, key) -> {
          if (byKey.containsKey(key)) {
            shapes.put(name, byKey.get(key));
          }
        });
    return shapes;
  }

  private static Map<String, Shape> shapesByKey(Path prefix) throws IOException {
    requireFiles(prefix);
    try (TF_Status status = TF_Status.newStatus()) {
      TF_CheckpointReader reader = TF_NewCheckpointReader(prefix.toString(), status);
      try {
        status.throwExceptionIfNotOK();
        Map<String, Shape> shapes = new TreeMap<>();
        int size = TF_CheckpointReaderSize(reader);
        for (int i = 0; i < size; i++) {
          String name = TF_CheckpointReaderGetVariable(reader, i).getString();
          if (TF_CheckpointReaderGetVariableDataType(reader, name) == TF_FLOAT) {
            long[] dimensions = new long[TF_CheckpointReaderGetVariableNumDims(reader, name)];
            TF_CheckpointReaderGetVariableShape(
                reader, name, dimensions, dimensions.length, status);
            status.throwExceptionIfNotOK();
            shapes.put(name, Shape.of(dimensions));
          }
        }
        return shapes;
      } finally {
        if (reader != null) {
          TF_DeleteCheckpointReader(reader);
        }
      }
    } catch (TensorFlowException e) {
      throw unreadable(prefix + INDEX, e);
    }
  }

  /**
   * Reads variables.
   *
   * @param prefix what the names of its files have in common
   * @param names of float variables in the checkpoint
   * @return one value for each name, in that order
   * @throws IOException if there is no checkpoint, it cannot be read, or a name is not in it
   */
  public static List<VariableValue> read(Path prefix, List<String> names) throws IOException {
    Map<String, Shape> shapes = shapes(prefix);
    for (String name : names) {
      if (!shapes.containsKey(name)) {
        throw new IOException("the checkpoint %s has no variable %s".formatted(prefix, name));
      }
    }
    Map<String, String> keys = keys(prefix);
    List<String> namesOrKeys = names.stream().map(name -> keys.getOrDefault(name, name)).toList();
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      List<Output<?>> tensors = restore(tf, prefix, namesOrKeys, TFloat32.class);
      List<VariableValue> values = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        TFloat32 tensor = (TFloat32) tensors.get(i).asTensor(); // the session closes it
        float[] elements = new float[Math.toIntExact(tensor.size())];
        tensor.copyTo(NdArrays.wrap(tensor.shape(), DataBuffers.of(elements)));
        values.add(new VariableValue(names.get(i), tensor.shape(), elements));
      }
      return values;
    } catch (TensorFlowException e) {
      throw unreadable(dataFiles(prefix), e);
    }
  }

  /**
   * Reads a string variable.
   *
   * @param prefix what the names of its files have in common
   * @return empty if the checkpoint has no string variable of that name
   * @throws IOException if there is no checkpoint, or it cannot be read
   */
  public static Optional<StringValue> readString(Path prefix, String name) throws IOException {
    return readStringAt(prefix, name, keys(prefix).getOrDefault(name, name));
  }

  private static Optional<StringValue> readStringAt(Path prefix, String name, String key)
      throws IOException {
    requireFiles(prefix);
    try (TF_Status status = TF_Status.newStatus()) {
      TF_CheckpointReader reader = TF_NewCheckpointReader(prefix.toString(), status);
      try {
        status.throwExceptionIfNotOK();
        if (TF_CheckpointReaderHasTensor(reader, key) == 0
            || TF_CheckpointReaderGetVariableDataType(reader, key) != TF_STRING) {
          return Optional.empty();
        }
      } finally {
        if (reader != null) {
          TF_DeleteCheckpointReader(reader);
        }
      }
    } catch (TensorFlowException e) {
      throw unreadable(prefix + INDEX, e);
    }
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      TString tensor = (TString) restore(tf, prefix, List.of(key), TString.class).get(0).asTensor();
      List<ByteString> values = new ArrayList<>();
      tensor.asBytes().scalars().forEach(e -> values.add(ByteString.copyFrom(e.getObject())));
      return Optional.of(new StringValue(name, tensor.shape(), values));
    } catch (TensorFlowException e) {
      throw unreadable(dataFiles(prefix), e);
    }
  }

  /** The key of each variable, by its name, in a checkpoint that has an object graph. */
  private static Map<String, String> keys(Path prefix) throws IOException {
    Map<String, String> keys = new HashMap<>();
    Optional<StringValue> graph = readStringAt(prefix, OBJECT_GRAPH_KEY, OBJECT_GRAPH_KEY);
    if (graph.isPresent()) {
      try {
        TrackableObjectGraph.parseFrom(graph.get().values().get(0)).getNodesList().stream()
            .flatMap(node -> node.getAttributesList().stream())
            .filter(part -> part.getName().equals(VALUE_ATTRIBUTE) && !part.getFullName().isEmpty())
            .forEach(part -> keys.put(part.getFullName(), part.getCheckpointKey()));
      } catch (InvalidProtocolBufferException e) {
        throw new IOException("cannot read the checkpoint " + prefix + INDEX + ": its objects", e);
      }
    }
    return keys;
  }

  private static List<Output<?>> restore(
      Ops tf, Path prefix, List<String> keys, Class<? extends TType> type) {
    return tf.train
        .restore(
            tf.constant(prefix.toString()),
            names(tf, keys),
            wholeTensors(tf, keys.size()),
            Collections.nCopies(keys.size(), type))
        .tensors();
  }

  private static void requireFiles(Path prefix) throws IOException {
    Path index = Path.of(prefix + INDEX);
    if (!Files.isRegularFile(index)) {
      throw new NoSuchFileException(
          index.toString(), null, "no checkpoint has the prefix " + prefix);
    }
  }

  /** What holds the values: one file, but for a writer that spreads them over several. */
  private static String dataFiles(Path prefix) throws IOException {
    String start = prefix.getFileName() + ".data-";
    try (Stream<Path> files = Files.list(prefix.toAbsolutePath().getParent())) {
      List<Path> data =
          files.filter(file -> file.getFileName().toString().startsWith(start)).toList();
      return prefix.resolveSibling(data.size() > 1 ? start + "*" : start + ONE_FILE).toString();
    }
  }

  private static IOException unreadable(String files, TensorFlowException e) {
    return new IOException("cannot read the checkpoint " + files + ": " + reason(e), e);
  }

  /** The first line of TensorFlow's message, without the file it may start with. */
  private static String reason(TensorFlowException e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    return line.substring(line.lastIndexOf("; ") < 0 ? 0 : line.lastIndexOf("; ") + 2);
  }

  private static Operand<TString> names(Ops tf, List<String> names) {
    return tf.constant(NdArrays.vectorOfObjects(names.toArray(String[]::new)));
  }

  /** The slice specification of a whole tensor is the empty string. */
  private static Operand<TString> wholeTensors(Ops tf, int count) {
    return names(tf, Collections.nCopies(count, ""));
  }
}
