package org.charrnn.checkpoint;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.types.TString;

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
    TensorBundle bundle = TensorBundle.open(prefix);
    Map<String, Shape> byKey = bundle.floatShapes();
    Map<String, String> keys = keys(bundle, prefix);
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

  /**
   * Reads variables.
   *
   * @param prefix what the names of its files have in common
   * @param names of float variables in the checkpoint
   * @return one value for each name, in that order
   * @throws IOException if there is no checkpoint, it cannot be read, or a name is not in it
   */
  public static List<VariableValue> read(Path prefix, List<String> names) throws IOException {
    TensorBundle bundle = TensorBundle.open(prefix);
    Map<String, Shape> shapes = bundle.floatShapes();
    Map<String, String> keys = keys(bundle, prefix);
    List<VariableValue> values = new ArrayList<>();
    for (String name : names) {
      String key = keys.getOrDefault(name, name);
      if (!shapes.containsKey(key)) {
        throw new IOException("the checkpoint %s has no variable %s".formatted(prefix, name));
      }
      values.add(new VariableValue(name, shapes.get(key), bundle.floats(key)));
    }
    return values;
  }

  /**
   * Reads a string variable.
   *
   * @param prefix what the names of its files have in common
   * @return empty if the checkpoint has no string variable of that name
   * @throws IOException if there is no checkpoint, or it cannot be read
   */
  public static Optional<StringValue> readString(Path prefix, String name) throws IOException {
    TensorBundle bundle = TensorBundle.open(prefix);
    String key = keys(bundle, prefix).getOrDefault(name, name);
    return bundle.hasStrings(key)
        ? Optional.of(new StringValue(name, bundle.shape(key), bundle.strings(key)))
        : Optional.empty();
  }

  /** The key of each variable, by its name, in a checkpoint that has an object graph. */
  private static Map<String, String> keys(TensorBundle bundle, Path prefix) throws IOException {
    Map<String, String> keys = new HashMap<>();
    if (bundle.hasStrings(OBJECT_GRAPH_KEY)) {
      try {
        for (ByteString graph : bundle.strings(OBJECT_GRAPH_KEY)) {
          TrackableObjectGraph.parseFrom(graph).getNodesList().stream()
              .flatMap(node -> node.getAttributesList().stream())
              .filter(part -> part.getName().equals(VALUE_ATTRIBUTE))
              .filter(part -> !part.getFullName().isEmpty())
              .forEach(part -> keys.put(part.getFullName(), part.getCheckpointKey()));
        }
      } catch (InvalidProtocolBufferException e) {
        throw new IOException("cannot read the checkpoint " + prefix + ".index: its objects", e);
      }
    }
    return keys;
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
