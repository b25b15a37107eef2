package org.charrnn.savedmodel;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.graph.Shapes;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.train.Restore;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.CollectionDef.BytesList;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.MetaGraphDef.MetaInfoDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SaverDef.CheckpointFormatVersion;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.VariableDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/**
 * A SavedModel whose variables Python sees, trains and saves again.
 *
 * <p>TensorFlow-Java's own exporter writes no collections, so that Python's {@code
 * tf.saved_model.load} finds no variables. This one writes the collections {@code variables} and
 * {@code trainable_variables}, and the saver that the C++ and Java loaders look for.
 *
 * <p>Writing adds the saver's operations to the graph; a writer is used once.
 */
public final class SavedModelWriter {
  /** The tag of a graph made for inference. */
  public static final String SERVE_TAG = "serve";

  private static final String PREDICT_METHOD = "tensorflow/serving/predict";

  private final Graph graph;
  private final Ops tf;
  private final List<ResourceVariable> variables;
  private final Map<String, SignatureDef> signatures = new LinkedHashMap<>();
  private final Map<String, byte[]> assets = new LinkedHashMap<>();

  /**
   * Starts a SavedModel.
   *
   * @param graph holds the inference graph; stays the caller's
   * @param variables all of the graph's variables; all are trainable
   */
  public SavedModelWriter(Graph graph, List<ResourceVariable> variables) {
    this.graph = graph;
    this.tf = Ops.create(graph);
    this.variables = List.copyOf(variables);
  }

  /** Adds an entry point: names for the tensors to feed and for the tensors to fetch. */
  public SavedModelWriter signature(
      String key, Map<String, Operand<?>> inputs, Map<String, Operand<?>> outputs) {
    SignatureDef.Builder signature = SignatureDef.newBuilder().setMethodName(PREDICT_METHOD);
    inputs.forEach((name, operand) -> signature.putInputs(name, tensorInfo(operand)));
    outputs.forEach((name, operand) -> signature.putOutputs(name, tensorInfo(operand)));
    signatures.put(key, signature.build());
    return this;
  }

  /** Adds a file that travels with the model, under {@code assets/}. */
  public SavedModelWriter asset(String fileName, byte[] content) {
    assets.put(fileName, content);
    return this;
  }

  /**
   * Writes the model.
   *
   * @param directory is there and empty
   * @param values one for each variable, in the order of the variables
   * @throws IOException if a file cannot be written; what was written stays
   */
  public void write(Path directory, List<VariableValue> values) throws IOException {
    Path variablesDirectory = Files.createDirectory(directory.resolve("variables"));
    Checkpoint.write(variablesDirectory.resolve("variables"), values);

    MetaGraphDef.Builder metaGraph = MetaGraphDef.newBuilder();
    if (!assets.isEmpty()) {
      Path assetsDirectory = Files.createDirectory(directory.resolve("assets"));
      for (Map.Entry<String, byte[]> asset : assets.entrySet()) {
        Files.write(assetsDirectory.resolve(asset.getKey()), asset.getValue());
        metaGraph.addAssetFileDef(assetFile(asset.getKey()));
      }
    }
    CollectionDef definitions = variableDefinitions();
    metaGraph
        .setSaverDef(addSaver())
        .putCollectionDef("variables", definitions)
        .putCollectionDef("trainable_variables", definitions)
        .putAllSignatureDef(signatures)
        .setMetaInfoDef(
            MetaInfoDef.newBuilder().addTags(SERVE_TAG).setTensorflowVersion(TensorFlow.version()))
        .setGraphDef(graph.toGraphDef()); // last: by now the saver is in the graph
    SavedModel model =
        SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(metaGraph).build();
    try (OutputStream file = Files.newOutputStream(directory.resolve("saved_model.pb"))) {
      CodedOutputStream out = CodedOutputStream.newInstance(file);
      out.useDeterministicSerialization(); // the same model gives the same bytes
      model.writeTo(out);
      out.flush();
    }
  }

  private AssetFileDef assetFile(String fileName) {
    // A loader feeds this constant the file's place.
    Operand<TString> place = tf.withName("asset_path").constant(fileName);
    return AssetFileDef.newBuilder()
        .setFilename(fileName)
        .setTensorInfo(TensorInfo.newBuilder().setName(outputName(place)))
        .build();
  }

  private CollectionDef variableDefinitions() {
    BytesList.Builder definitions = BytesList.newBuilder();
    for (ResourceVariable variable : variables) {
      definitions.addValue(
          VariableDef.newBuilder()
              .setVariableName(variable.name() + ":0")
              .setInitializerName(variable.initializerName())
              .setInitialValueName(variable.initialValueName())
              .setSnapshotName(variable.snapshotName())
              .setIsResource(true)
              .setTrainable(true)
              .build()
              .toByteString());
    }
    return CollectionDef.newBuilder().setBytesList(definitions).build();
  }

  /** Adds the operations that loaders run to save and to restore the variables. */
  private SaverDef addSaver() {
    Placeholder<TString> prefix =
        tf.withName("saver_prefix").placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    Operand<TString> names = strings(variables.stream().map(ResourceVariable::name).toList());
    Operand<TString> wholeTensors = strings(Collections.nCopies(variables.size(), ""));

    List<Operand<?>> reads = new ArrayList<>();
    variables.forEach(variable -> reads.add(variable.value()));
    Op save = tf.withName("saver_save").train.save(prefix, names, wholeTensors, reads);
    Operand<TString> saved =
        tf.withControlDependencies(List.of(save)).withName("saver_saved").identity(prefix);

    Restore restored =
        tf.withName("saver_read")
            .train
            .restore(
                prefix, names, wholeTensors, Collections.nCopies(variables.size(), TFloat32.class));
    List<Op> assignments = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      Operand<TFloat32> value = asFloat(restored.tensors().get(i));
      assignments.add(variables.get(i).assign(tf, value));
    }
    Op restore = tf.withControlDependencies(assignments).withName("saver_restore").noOp();
    return SaverDef.newBuilder()
        .setFilenameTensorName(outputName(prefix))
        .setSaveTensorName(outputName(saved))
        .setRestoreOpName(restore.op().name())
        .setVersion(CheckpointFormatVersion.V2)
        .build();
  }

  private Operand<TString> strings(List<String> values) {
    return tf.constant(NdArrays.vectorOfObjects(values.toArray(String[]::new)));
  }

  @SuppressWarnings("unchecked") // it was restored as a float
  private static Operand<TFloat32> asFloat(Output<?> tensor) {
    return (Operand<TFloat32>) (Operand<?>) tensor;
  }

  private static TensorInfo tensorInfo(Operand<?> operand) {
    Output<?> output = operand.asOutput();
    return TensorInfo.newBuilder()
        .setName(outputName(operand))
        .setDtype(output.dataType())
        .setTensorShape(Shapes.toProto(output.shape()))
        .build();
  }

  private static String outputName(Operand<?> operand) {
    Output<?> output = operand.asOutput();
    return output.op().name() + ":" + output.index();
  }
}
