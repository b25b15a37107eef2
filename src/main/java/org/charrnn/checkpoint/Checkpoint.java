package org.charrnn.checkpoint;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_CheckpointReaderGetVariable;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_CheckpointReaderGetVariableDataType;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_CheckpointReaderGetVariableNumDims;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_CheckpointReaderGetVariableShape;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_CheckpointReaderSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteCheckpointReader;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_FLOAT;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewCheckpointReader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/** Reads and writes the float variables of a checkpoint. */
public final class Checkpoint {
  private Checkpoint() {}

  /**
   * Writes variables as {@code <prefix>.index} and {@code <prefix>.data-00000-of-00001}.
   *
   * @throws IOException if the files cannot be written; the message is the reason alone
   */
  public static void write(Path prefix, List<VariableValue> variables) throws IOException {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      List<Operand<?>> tensors = new ArrayList<>();
      for (VariableValue variable : variables) {
        tensors.add(tf.constant(variable.shape(), DataBuffers.of(variable.values())));
      }
      tf.train.save(
          tf.constant(prefix.toString()),
          names(tf, variables.stream().map(VariableValue::name).toList()),
          wholeTensors(tf, variables.size()),
          tensors);
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
      throw unreadable(prefix, e);
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
    requireFiles(prefix);
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      List<Output<?>> tensors =
          tf.train
              .restore(
                  tf.constant(prefix.toString()),
                  names(tf, names),
                  wholeTensors(tf, names.size()),
                  Collections.nCopies(names.size(), TFloat32.class))
              .tensors();
      List<VariableValue> values = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        TFloat32 tensor = (TFloat32) tensors.get(i).asTensor(); // the session closes it
        float[] elements = new float[Math.toIntExact(tensor.size())];
        tensor.copyTo(NdArrays.wrap(tensor.shape(), DataBuffers.of(elements)));
        values.add(new VariableValue(names.get(i), tensor.shape(), elements));
      }
      return values;
    } catch (TensorFlowException e) {
      throw unreadable(prefix, e);
    }
  }

  private static void requireFiles(Path prefix) throws IOException {
    Path index = Path.of(prefix + ".index");
    if (!Files.isRegularFile(index)) {
      throw new NoSuchFileException(
          index.toString(), null, "no checkpoint has the prefix " + prefix);
    }
  }

  private static IOException unreadable(Path prefix, TensorFlowException e) {
    return new IOException("cannot read the checkpoint " + prefix + ": " + reason(e), e);
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
