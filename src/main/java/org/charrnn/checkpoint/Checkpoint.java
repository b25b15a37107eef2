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
 * Reads and writes the variables of TensorFlow checkpoints.
 *
 * <p>TensorFlow 1 stores a variable under its name; TensorFlow 2 under a path through the objects
 * that own it, with the variables' names in an object graph. Both are read by variable names, and
 * written under the given names or keys.
 */
public final class Checkpoint {
  /**
   * Key of the string with the serialized {@code TrackableObjectGraph} in TensorFlow 2's format.
   */
  public static final String OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH";

  /** Name of the attribute of a tracked object that holds a variable's value. */
  public static final String VALUE_ATTRIBUTE = "VARIABLE_VALUE";

  private Checkpoint() {}

  /**
   * Writes float variables to {@code <prefix>.index} and {@code <prefix>.data-00000-of-00001}.
   *
   * @throws IOException if the files cannot be written; the message is only the reason
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
   * Writes tensors of any type to {@code <prefix>.index} and {@code <prefix>.data-00000-of-00001}.
   *
   * @param tf operations of the eager session that holds the tensors
   * @param values tensors by checkpoint key
   * @throws IOException if the files cannot be written; the message is only the reason
   */
  public static void write(Path prefix, Ops tf, Map<String, Operand<?>> values) throws IOException {
    try {
      tf.train.save(
          tf.constant(prefix.toString()),
          strings(tf, List.copyOf(values.keySet())),
          wholeTensors(tf, values.size()),
          values.values());
    } catch (TensorFlowException e) {
      throw new IOException(reason(e), e);
    }
  }

  /**
   * Returns the shapes of the float variables in a checkpoint by their names, sorted.
   *
   * @param prefix common prefix of the checkpoint's file names
   * @throws IOException if there is no checkpoint, or it cannot be read
   */
  public static Map<String, Shape> shapes(Path prefix) throws IOException {
    TensorBundle bundle = TensorBundle.open(prefix);
    Map<String, Shape> byKey = bundle.floatShapes();
    Map<String, String> keys = keysByName(bundle, prefix);
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
   * Reads float variables.
   *
   * @param prefix common prefix of the checkpoint's file names
   * @param names names of float variables in the checkpoint
   * @return one value for each name, in that order
   * @throws IOException if there is no checkpoint, it cannot be read, or it lacks one of the names
   */
  public static List<VariableValue> read(Path prefix, List<String> names) throws IOException {
    TensorBundle bundle = TensorBundle.open(prefix);
    Map<String, Shape> shapes = bundle.floatShapes();
    Map<String, String> keys = keysByName(bundle, prefix);
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
   * @param prefix common prefix of the checkpoint's file names
   * @return the value, or empty if the checkpoint has no string variable of that name
   * @throws IOException if there is no checkpoint, or it cannot be read
   */
  public static Optional<StringValue> readString(Path prefix, String name) throws IOException {
    TensorBundle bundle = TensorBundle.open(prefix);
    String key = keysByName(bundle, prefix).getOrDefault(name, name);
    return bundle.hasStrings(key)
        ? Optional.of(new StringValue(name, bundle.shape(key), bundle.strings(key)))
        : Optional.empty();
  }

  /** Returns the keys of variables by name, from the object graph; empty if there is none. */
  private static Map<String, String> keysByName(TensorBundle bundle, Path prefix)
      throws IOException {
    Map<String, String> keys = new HashMap<>();
    if (bundle.hasStrings(OBJECT_GRAPH_KEY)) {
      try {
        for (ByteString graph : bundle.strings(OBJECT_GRAPH_KEY)) {
          TrackableObjectGraph.parseFrom(graph).getNodesList().stream()
              .flatMap(node -> node.getAttributesList().stream())
              .filter(attribute -> attribute.getName().equals(VALUE_ATTRIBUTE))
              .filter(attribute -> !attribute.getFullName().isEmpty())
              .forEach(
                  attribute -> keys.put(attribute.getFullName(), attribute.getCheckpointKey()));
        }
      } catch (InvalidProtocolBufferException e) {
        throw new IOException(
            "cannot read the checkpoint " + prefix + ".index: its object graph is damaged", e);
      }
    }
    return keys;
  }

  /**
   * Returns the first line of TensorFlow's message, without the file name that it may start with.
   */
  private static String reason(TensorFlowException e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    return line.substring(line.lastIndexOf("; ") < 0 ? 0 : line.lastIndexOf("; ") + 2);
  }

  private static Operand<TString> strings(Ops tf, List<String> values) {
    return tf.constant(NdArrays.vectorOfObjects(values.toArray(String[]::new)));
  }

  /** Returns slice specifications of whole tensors, which are empty strings. */
  private static Operand<TString> wholeTensors(Ops tf, int count) {
    return strings(tf, Collections.nCopies(count, ""));
  }
}
