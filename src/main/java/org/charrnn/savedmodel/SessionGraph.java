package org.charrnn.savedmodel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.graph.Shapes;
import org.charrnn.savedmodel.Structure.TensorSpec;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.CollectionDef.BytesList;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SaverDef.CheckpointFormatVersion;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.VariableDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * What loaders with a session run, those of C++, Java and TensorFlow 1: placeholders for the inputs
 * of each signature, calls of the functions, and the operations that save and restore variables.
 */
final class SessionGraph {
  private static final String PREDICT_METHOD = "tensorflow/serving/predict";

  private final Graph graph;
  private final Ops tf;
  private final Map<String, SignatureDef> signatures = new LinkedHashMap<>();

  SessionGraph(Graph graph) {
    this.graph = graph;
    this.tf = Ops.create(graph);
  }

  /**
   * Adds an entry point.
   *
   * @param inputs the function's under the names of the signature, in the function's order
   * @param outputs likewise
   */
  void addSignature(
      String key, ModelFunction function, List<TensorSpec> inputs, List<TensorSpec> outputs) {
    SignatureDef.Builder signature = SignatureDef.newBuilder().setMethodName(PREDICT_METHOD);
    List<Operand<? extends TType>> operands = new ArrayList<>();
    for (Argument argument : function.arguments()) {
      for (int i = 0; i < argument.structure().tensors().size(); i++) {
        TensorSpec input = inputs.get(operands.size());
        Output<?> fed = placeholder(key + "_" + input.name(), input, argument.defaultValue());
        signature.putInputs(input.name(), tensorInfo(fed, input));
        operands.add(fed);
      }
    }
    function.variables().forEach(variable -> operands.add(variable.resource().handle()));
    List<Operand<? extends TType>> results = function.definition().call(tf, key, operands);
    for (int i = 0; i < outputs.size(); i++) {
      signature.putOutputs(
          outputs.get(i).name(), tensorInfo(results.get(i).asOutput(), outputs.get(i)));
    }
    signatures.put(key, signature.build());
  }

  private Output<?> placeholder(String name, TensorSpec input, Optional<Object> defaultValue) {
    var scope = tf.scope();
    var builder =
        defaultValue.isPresent()
            ? graph
                .opBuilder("PlaceholderWithDefault", name, scope)
                .addInput(constant(input.type(), defaultValue.get()).asOutput())
            : graph.opBuilder("Placeholder", name, scope).setAttr("dtype", input.type());
    return builder.setAttr("shape", input.shape()).build().output(0);
  }

  private Operand<?> constant(DataType type, Object value) {
    return switch (type) {
      case DT_INT32 -> tf.constant(((Number) value).intValue());
      case DT_INT64 -> tf.constant(((Number) value).longValue());
      case DT_FLOAT -> tf.constant(((Number) value).floatValue());
      case DT_BOOL -> tf.constant((Boolean) value);
      case DT_STRING -> tf.constant((String) value);
      default -> throw new IllegalArgumentException("there are no defaults of " + type);
    };
  }

  /** Tells, for each file, which constant a loader feeds the file's place. */
  List<AssetFileDef> assetFiles(List<String> fileNames) {
    return fileNames.stream()
        .map(
            fileName -> {
              Operand<TString> place = tf.withName("asset_path").constant(fileName);
              return AssetFileDef.newBuilder()
                  .setFilename(fileName)
                  .setTensorInfo(TensorInfo.newBuilder().setName(outputName(place.asOutput())))
                  .build();
            })
        .toList();
  }

  /** Adds the saver, and tells all but the graph itself. */
  MetaGraphDef.Builder finish(List<ModelVariable> variables) {
    List<ModelVariable> trainable = variables.stream().filter(ModelVariable::trainable).toList();
    return MetaGraphDef.newBuilder()
        .putAllSignatureDef(signatures)
        .setSaverDef(addSaver(variables.stream().map(ModelVariable::resource).toList()))
        .putCollectionDef("variables", definitions(variables))
        .putCollectionDef("trainable_variables", definitions(trainable));
  }

  /** The graph, its functions in the order of their names: TensorFlow hands them out in none. */
  GraphDef graphDef() {
    GraphDef.Builder definition = graph.toGraphDef().toBuilder();
    List<FunctionDef> functions = new ArrayList<>(definition.getLibrary().getFunctionList());
    functions.sort(Comparator.comparing(function -> function.getSignature().getName()));
    definition.getLibraryBuilder().clearFunction().addAllFunction(functions);
    return definition.build();
  }

  private static CollectionDef definitions(List<ModelVariable> variables) {
    BytesList.Builder definitions = BytesList.newBuilder();
    for (ModelVariable variable : variables) {
      ResourceVariable resource = variable.resource();
      definitions.addValue(
          VariableDef.newBuilder()
              .setVariableName(resource.name() + ":0")
              .setInitializerName(resource.initializerName())
              .setInitialValueName(resource.initialValueName())
              .setSnapshotName(resource.snapshotName())
              .setIsResource(true)
              .setTrainable(variable.trainable())
              .build()
              .toByteString());
    }
    return CollectionDef.newBuilder().setBytesList(definitions).build();
  }

  private SaverDef addSaver(List<ResourceVariable> variables) {
    Placeholder<TString> prefix =
        tf.withName("saver_prefix").placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    List<Op> saves = new ArrayList<>();
    List<Op> assignments = new ArrayList<>();
    if (!variables.isEmpty()) { // the operations refuse to save or to restore nothing
      Operand<TString> keys =
          strings(variables.stream().map(v -> ObjectGraph.checkpointKey(v.name())).toList());
      Operand<TString> wholeTensors = strings(Collections.nCopies(variables.size(), ""));
      List<Operand<?>> reads = new ArrayList<>();
      variables.forEach(variable -> reads.add(variable.value()));
      saves.add(tf.withName("saver_save").train.save(prefix, keys, wholeTensors, reads));
      List<Output<?>> restored =
          tf.withName("saver_read")
              .train
              .restore(
                  prefix, keys, wholeTensors, Collections.nCopies(variables.size(), TFloat32.class))
              .tensors();
      for (int i = 0; i < variables.size(); i++) {
        assignments.add(variables.get(i).assign(tf, asFloat(restored.get(i))));
      }
    }
    Operand<TString> saved =
        tf.withControlDependencies(saves).withName("saver_saved").identity(prefix);
    Op restore = tf.withControlDependencies(assignments).withName("saver_restore").noOp();
    return SaverDef.newBuilder()
        .setFilenameTensorName(outputName(prefix.asOutput()))
        .setSaveTensorName(outputName(saved.asOutput()))
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

  private static TensorInfo tensorInfo(Output<?> output, TensorSpec tensor) {
    return TensorInfo.newBuilder()
        .setName(outputName(output))
        .setDtype(tensor.type())
        .setTensorShape(Shapes.toProto(tensor.shape()))
        .build();
  }

  private static String outputName(Output<?> output) {
    return output.op().name() + ":" + output.index();
  }
}
