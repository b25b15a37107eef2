package org.charrnn.savedmodel;

import static java.util.stream.Collectors.toCollection;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.StringValue;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.GraphFunction;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.savedmodel.Structure.TensorSpec;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.TensorFlow;
import org.tensorflow.framework.initializers.Zeros;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.MetaGraphDef.MetaInfoDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedAsset;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedBareConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * Builds a model and writes it as a SavedModel of TensorFlow 2's own form: in Python it has
 * variables, functions and signatures, as if it had been made there.
 *
 * <p>It owns native memory: close it. A model is written once.
 */
public final class SavedModelBuilder implements AutoCloseable {
  /** The tag of a graph made for inference. */
  public static final String SERVE_TAG = "serve";

  /** The key of the signature that TensorFlow's tools take by default. */
  public static final String DEFAULT_SIGNATURE = "serving_default";

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final SessionGraph session = new SessionGraph(graph);
  private final ObjectGraph objects = new ObjectGraph();
  private final int signatures = objects.addSignatureMap();
  private final List<ModelVariable> variables = new ArrayList<>();
  private final List<StringValue> texts = new ArrayList<>();
  private final Map<String, byte[]> assets = new LinkedHashMap<>();
  private int functions;

  /** Starts a model that holds nothing. */
  public SavedModelBuilder() {
    objects.attach(ObjectGraph.ROOT, "signatures", signatures);
  }

  /**
   * Adds a variable. Python finds it by the attributes that its name tells, such as {@code
   * model.dense.kernel}, and in the lists {@code model.variables} and {@code
   * model.trainable_variables}.
   *
   * @param value its name, such as {@code dense/kernel}, and what it starts with
   * @param trainable whether a gradient tape watches it
   */
  public ModelVariable variable(VariableValue value, boolean trainable) {
    int node = objects.addVariable(value.name(), DataType.DT_FLOAT, value.shape(), trainable);
    objects.attachAt(value.name(), node);
    var resource = ResourceVariable.create(tf, value.name(), value.shape(), new Zeros<>());
    ModelVariable variable = new ModelVariable(node, resource, value, trainable);
    variables.add(variable);
    return variable;
  }

  /**
   * Adds a text that Python finds as an attribute, a string variable that no function reads, and
   * that stays with the model when Python saves it again.
   */
  public void text(String path, String text) {
    add(StringValue.scalar(path, text));
  }

  /** Adds a vector of texts that Python finds as an attribute, as {@link #text} does one. */
  public void texts(String path, List<String> vector) {
    add(StringValue.vector(path, vector));
  }

  private void add(StringValue text) {
    int node = objects.addVariable(text.name(), DataType.DT_STRING, text.shape(), false);
    objects.attachAt(text.name(), node);
    texts.add(text);
  }

  /** Adds a list of objects that are in the model at other places. */
  public void list(String name, List<String> paths) {
    objects.attachAt(name, objects.addList(paths.stream().map(objects::objectAt).toList()));
  }

  /**
   * Adds a function. Python calls it as a method of the model, by position or by name.
   *
   * @param name a name in Python
   * @param arguments what callers give
   * @param reads the variables that {@code body} gets the values of
   * @param result what callers get
   * @param body gives the result's tensors
   */
  public ModelFunction function(
      String name,
      List<Argument> arguments,
      List<ModelVariable> reads,
      Structure result,
      ModelFunction.Body body) {
    List<TensorSpec> inputs = ModelFunction.tensors(arguments);
    GraphFunction definition =
        define(
            name,
            inputs,
            reads,
            result.tensors(),
            (body1, operands) ->
                body.build(
                    body1,
                    operands.subList(0, inputs.size()),
                    values(body1, reads, operands.subList(inputs.size(), operands.size()))));
    objects.describe(
        definition.name(),
        SavedConcreteFunction.newBuilder()
            .addAllBoundInputs(reads.stream().map(ModelVariable::node).toList())
            .setCanonicalizedInputSignature(
                PythonValues.tuple(
                    List.of(
                        PythonValues.tuple(
                            arguments.stream().map(a -> PythonValues.of(a.structure())).toList()),
                        PythonValues.dictionary(List.of()))))
            .setOutputSignature(PythonValues.of(result))
            .build());
    int node =
        objects.add(
            SavedObject.newBuilder()
                .setFunction(
                    SavedFunction.newBuilder()
                        .addConcreteFunctions(definition.name())
                        .setFunctionSpec(PythonValues.functionSpec(arguments))));
    objects.attachAt(name, node);
    return new ModelFunction(definition, arguments, reads, result);
  }

  /** Gives a function a second name; as {@code __call__} it is what calling the model does. */
  public void alias(String name, String function) {
    objects.attachAt(name, objects.objectAt(function));
  }

  private GraphFunction define(
      String name,
      List<TensorSpec> inputs,
      List<ModelVariable> reads,
      List<TensorSpec> outputs,
      GraphFunction.Body body) {
    List<GraphFunction.Argument> arguments =
        Stream.concat(
                inputs.stream().map(t -> new GraphFunction.Argument(t.name(), t.type(), t.shape())),
                IntStream.range(0, reads.size())
                    .mapToObj(
                        i ->
                            new GraphFunction.Argument(
                                "variable_" + i, DataType.DT_RESOURCE, Shape.scalar())))
            .toList();
    // Python makes its own functions' names so, and shows the part between.
    String fullName = "__inference_" + name + "_" + functions++;
    List<String> results = outputs.stream().map(TensorSpec::name).toList();
    return GraphFunction.define(graph, fullName, arguments, results, body);
  }

  private static List<Operand<TFloat32>> values(
      Ops tf, List<ModelVariable> reads, List<Operand<? extends TType>> handles) {
    List<Operand<TFloat32>> values = new ArrayList<>();
    for (int i = 0; i < reads.size(); i++) {
      var value = tf.readVariableOp(handles.get(i), TFloat32.class);
      values.add(tf.ensureShape(value, reads.get(i).value().shape())); // a handle tells no shape
    }
    return values;
  }

  /**
   * Adds an entry point for whoever serves the model, under names for the tensors that go in and
   * out of a function.
   *
   * @param key names the entry point
   * @param inputs a name for each tensor of the arguments, from left to right
   * @param outputs a name for each tensor of the result, from left to right
   */
  public void signature(
      String key, ModelFunction function, List<String> inputs, List<String> outputs) {
    List<TensorSpec> from = renamed(function.inputs(), inputs);
    List<TensorSpec> to = renamed(function.outputs(), outputs);
    // Python hands the arguments of a signature over in the order of their names.
    List<String> sorted = inputs.stream().sorted().toList();
    List<TensorSpec> arguments = sorted.stream().map(n -> from.get(inputs.indexOf(n))).toList();
    GraphFunction wrapper =
        define(
            "signature_wrapper_" + key,
            arguments,
            function.variables(),
            to,
            (body, operands) -> {
              List<Operand<? extends TType>> ordered =
                  inputs.stream()
                      .map(name -> sorted.indexOf(name))
                      .map(i -> ensureShape(body, operands.get(i), arguments.get(i)))
                      .collect(toCollection(ArrayList::new));
              ordered.addAll(operands.subList(inputs.size(), operands.size()));
              return function.definition().call(body, key, ordered);
            });
    objects.describe(
        wrapper.name(),
        SavedConcreteFunction.newBuilder()
            .addAllBoundInputs(function.variables().stream().map(ModelVariable::node).toList())
            .setCanonicalizedInputSignature(
                PythonValues.tuple(
                    List.of(PythonValues.tuple(List.of()), PythonValues.dictionary(arguments))))
            .setOutputSignature(PythonValues.dictionary(to))
            .build());
    int node =
        objects.add(
            SavedObject.newBuilder()
                .setBareConcreteFunction(
                    SavedBareConcreteFunction.newBuilder()
                        .setConcreteFunctionName(wrapper.name())
                        .addAllArgumentKeywords(sorted)
                        .setAllowedPositionalArguments(sorted.size() == 1 ? 1 : 0)
                        .setFunctionSpec(PythonValues.keywordSpec(sorted))));
    objects.attach(signatures, key, node);
    if (key.equals(DEFAULT_SIGNATURE)) { // what Python exports if it is told no signatures
      objects.attach(ObjectGraph.ROOT, "_default_save_signature", node);
    }
    session.addSignature(key, function, from, to);
  }

  /** Nobody else holds the tensors that are served against the shapes that were announced. */
  private static Operand<? extends TType> ensureShape(
      Ops tf, Operand<? extends TType> operand, TensorSpec tensor) {
    return tf.ensureShape(operand, tensor.shape());
  }

  private static List<TensorSpec> renamed(List<TensorSpec> tensors, List<String> names) {
    if (tensors.size() != names.size()) {
      throw new IllegalArgumentException(
          "%d names %s for %d tensors".formatted(names.size(), names, tensors.size()));
    }
    return IntStream.range(0, names.size())
        .mapToObj(i -> new TensorSpec(names.get(i), tensors.get(i).type(), tensors.get(i).shape()))
        .toList();
  }

  /**
   * Adds a file that travels with the model, under {@code assets/}; Python finds it as an attribute
   * of {@code model.assets}, {@code vocabulary_json} for {@code vocabulary.json}.
   */
  public void asset(String fileName, byte[] content) {
    int node =
        objects.add(
            SavedObject.newBuilder()
                .setAsset(SavedAsset.newBuilder().setAssetFileDefIndex(assets.size())));
    objects.attachAt("assets/" + fileName.replaceAll("\\W", "_"), node);
    assets.put(fileName, content);
  }

  /**
   * Writes the model. The same model gives the same bytes.
   *
   * @param directory is there and empty
   * @throws IOException if a file cannot be written; what was written stays
   */
  public void write(Path directory) throws IOException {
    List<ModelVariable> trainable = variables.stream().filter(ModelVariable::trainable).toList();
    objects.attach(ObjectGraph.ROOT, "variables", addList(variables));
    objects.attach(ObjectGraph.ROOT, "trainable_variables", addList(trainable));
    writeCheckpoint(directory);

    MetaGraphDef.Builder metaGraph = session.finish(variables);
    if (!assets.isEmpty()) {
      Path assetsDirectory = Files.createDirectory(directory.resolve("assets"));
      for (Map.Entry<String, byte[]> asset : assets.entrySet()) {
        Files.write(assetsDirectory.resolve(asset.getKey()), asset.getValue());
      }
      for (AssetFileDef file : session.assetFiles(List.copyOf(assets.keySet()))) {
        metaGraph.addAssetFileDef(file);
      }
    }
    metaGraph
        .setObjectGraphDef(objects.forModel())
        .setMetaInfoDef(
            MetaInfoDef.newBuilder().addTags(SERVE_TAG).setTensorflowVersion(TensorFlow.version()))
        .setGraphDef(session.graphDef()); // last: by now all is in the graph
    SavedModel model =
        SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(metaGraph).build();
    try (OutputStream file = Files.newOutputStream(directory.resolve("saved_model.pb"))) {
      CodedOutputStream out = CodedOutputStream.newInstance(file);
      out.useDeterministicSerialization();
      model.writeTo(out);
      out.flush();
    }
  }

  private int addList(List<ModelVariable> elements) {
    return objects.addList(elements.stream().map(ModelVariable::node).toList());
  }

  private void writeCheckpoint(Path directory) throws IOException {
    Path variablesDirectory = Files.createDirectory(directory.resolve("variables"));
    List<VariableValue> values =
        variables.stream()
            .map(ModelVariable::value)
            .map(v -> new VariableValue(ObjectGraph.checkpointKey(v.name()), v.shape(), v.values()))
            .toList();
    List<StringValue> strings =
        Stream.concat(
                texts.stream()
                    .map(
                        t ->
                            new StringValue(
                                ObjectGraph.checkpointKey(t.name()), t.shape(), t.values())),
                Stream.of(
                    StringValue.scalar(
                        Checkpoint.OBJECT_GRAPH_KEY, objects.forCheckpoint().toByteString())))
            .toList();
    Checkpoint.write(variablesDirectory.resolve("variables"), values, strings);
  }

  @Override
  public void close() {
    graph.close();
  }
}
