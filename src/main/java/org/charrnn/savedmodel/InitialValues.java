package org.charrnn.savedmodel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.charrnn.checkpoint.Checkpoint;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** The initial values of a model's variables, held until the model is written. */
final class InitialValues implements AutoCloseable {
  private final EagerSession session = EagerSession.create();
  private final Ops tf = Ops.create(session);
  private final Map<String, Operand<?>> values = new LinkedHashMap<>(); // by variable name

  /** Stores a copy of a variable's initial value. */
  void put(String variable, TType value) {
    values.put(variable, tf.constantOf(value));
  }

  /** Writes the values as a checkpoint, together with the object graph of the variables. */
  void write(Path prefix, TrackableObjectGraph objects) throws IOException {
    Map<String, Operand<?>> byKey = new LinkedHashMap<>();
    values.forEach((variable, value) -> byKey.put(ObjectGraph.checkpointKey(variable), value));
    try (TString graph = TString.tensorOfBytes(NdArrays.scalarOfObject(objects.toByteArray()))) {
      byKey.put(Checkpoint.OBJECT_GRAPH_KEY, tf.constantOf(graph));
    }
    Checkpoint.write(prefix, tf, byKey);
  }

  @Override
  public void close() {
    session.close();
  }
}
