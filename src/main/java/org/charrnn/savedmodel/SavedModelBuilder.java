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
import org.charrnn.graph.GraphFunction;
import org.charrnn.savedmodel.ModelVariable.SessionNodes;
import org.charrnn.savedmodel.Structure.TensorSpec;
import org.tensorflow.Operand;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.MetaGraphDef.MetaInfoDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * Builds a model and writes it in TensorFlow 2's SavedModel format. In Python, the model has
 * variables, functions and signatures like one created there.
 *
 * <p>Names may be paths: {@code dense/kernel} is {@code model.dense.kernel} in Python. Methods
 * throw an {@link IllegalArgumentException} if a name is already in use, or if the body of a
 * function does not match its declaration.
 *
 * <p>A builder owns native memory and must be closed. It writes its model once.
 */
public final class SavedModelBuilder implements AutoCloseable {
  /** Tag of a graph for inference. */
  public static final String SERVE_TAG = "serve";

  /** Key of the signature that TensorFlow's tools use by default. */
  public static final String DEFAULT_SIGNATURE = "serving_default";

  private final InitialValues initialValues = new InitialValues();
  private final SessionGraph session = new SessionGraph();
  private final SessionVariables sessionVariables = new SessionVariables(session);
  private final SessionSignatures sessionSignatures = new SessionSignatures(session);
  private final FunctionLibrary library = new FunctionLibrary(session.graph());
  private final ObjectGraph objects = new ObjectGraph();
  private final int signatures = objects.addSignatureMap();
  private final List<ModelVariable> variables = new ArrayList<>();
  private final Map<String, byte[]> assets = new LinkedHashMap<>();
  private boolean isWritten;

  /** Creates an empty model. */
  public SavedModelBuilder() {
    objects.attach(ObjectGraph.ROOT, "signatures", signatures);
  }

  /**
   * Adds a variable. In Python it is an attribute of the model and in the list {@code
   * model.variables}; a trainable one is also in {@code model.trainable_variables}.
   *
   * @param name path of the attribute, such as {@code dense/kernel}
   * @param value initial value, which is copied
   * @param trainable whether a gradient tape watches the variable
   */
  public ModelVariable variable(String name, TType value, boolean trainable) {
    int node = addVariable(name, value, trainable);
    SessionNodes sessionNodes = sessionVariables.add(name, value.shape(), value.type());
    ModelVariable variable =
        new ModelVariable(name, node, trainable, value.shape(), value.type(), sessionNodes);
    variables.add(variable);
    return variable;
  }

  /**
   * Adds a string as an attribute of the model. It is stored as a string variable, so it is kept
   * when Python saves the model again.
   */
  public void text(String name, String text) {
    try (TString value = TString.scalarOf(text)) {
      addVariable(name, value, false);
    }
  }

  /** Adds a vector of strings as an attribute of the model, stored as {@link #text} does. */
  public void texts(String name, List<String> texts) {
    try (TString value = TString.vectorOf(texts.toArray(String[]::new))) {
      addVariable(name, value, false);
    }
  }

  private int addVariable(String name, TType value, boolean trainable) {
    int node = objects.addVariable(name, value.dataType(), value.shape(), trainable);
    objects.attachAt(name, node);
    initialValues.put(name, value);
    return node;
  }

  /**
   * Adds a Python list of objects that are already in the model.
   *
   * @param elements paths of the objects
   */
  public void list(String name, List<String> elements) {
    objects.attachAt(name, objects.addList(elements.stream().map(objects::get).toList()));
  }

  /**
   * Adds a function. In Python it is a method of the model, with positional or keyword arguments.
   *
   * @param name path of the method
   * @param arguments arguments that callers pass
   * @param reads variables whose values are passed to {@code body}
   * @param result structure of the return value
   * @param body builds the tensors of the result
   */
  public ModelFunction function(
      String name,
      List<Argument> arguments,
      List<ModelVariable> reads,
      Structure result,
      ModelFunction.Body body) {
    requireDefaultsLast(name, arguments);
    GraphFunction definition =
        library.define(name, ModelFunction.tensors(arguments), reads, result.tensors(), body);
    objects.describe(
        definition.name(), PythonValues.inputs(arguments), PythonValues.of(result), nodes(reads));
    objects.attachAt(
        name, objects.addFunction(definition.name(), PythonValues.functionSpec(arguments)));
    return new ModelFunction(definition, arguments, reads, result);
  }

  private static void requireDefaultsLast(String function, List<Argument> arguments) {
    boolean isOptional = false;
    for (Argument argument : arguments) {
      if (isOptional && argument.defaultValue().isEmpty()) {
        throw new IllegalArgumentException(
            "%s of %s needs a default, as the argument before it has one"
                .formatted(argument.name(), function));
      }
      isOptional = argument.defaultValue().isPresent();
    }
  }

  private static List<Integer> nodes(List<ModelVariable> variables) {
    return variables.stream().map(ModelVariable::node).toList();
  }

  /** Adds a second name for a function. The name {@code __call__} makes the model callable. */
  public void alias(String name, String function) {
    objects.attachAt(name, objects.get(function));
  }

  /**
   * Adds a signature, an entry point for serving the model, which calls a function.
   *
   * @param key key of the signature
   * @param inputs input names, one for each tensor of the function's arguments, from left to right;
   *     the last arguments can be left out if they have defaults, which are then passed
   * @param outputs output names, one for each tensor of the function's result, from left to right
   */
  public void signature(
      String key, ModelFunction function, List<String> inputs, List<String> outputs) {
    List<Argument> omitted = omitted(function, inputs);
    List<TensorSpec> named =
        function.inputs().subList(0, function.inputs().size() - omitted.size());
    List<TensorSpec> inputSpecs = renamed(named, inputs);
    List<TensorSpec> outputSpecs = renamed(function.outputs(), outputs);
    // Python passes the arguments of a signature sorted by name.
    List<String> sorted = inputs.stream().sorted().toList();
    List<TensorSpec> arguments =
        sorted.stream().map(name -> inputSpecs.get(inputs.indexOf(name))).toList();
    GraphFunction wrapper =
        library.defineWithHandles(
            "signature_wrapper_" + key,
            arguments,
            function.variables(),
            outputSpecs,
            (tf, operands) -> {
              List<Operand<? extends TType>> ordered =
                  inputs.stream()
                      .map(sorted::indexOf)
                      .map(i -> ensureShape(tf, operands.get(i), arguments.get(i)))
                      .collect(toCollection(ArrayList::new));
              omitted.forEach(argument -> ordered.add(Defaults.constant(tf, argument)));
              ordered.addAll(operands.subList(inputs.size(), operands.size()));
              return function.definition().call(tf, key, ordered);
            });
    objects.describe(
        wrapper.name(),
        PythonValues.keywordInputs(arguments),
        PythonValues.dictionary(outputSpecs),
        nodes(function.variables()));
    int node = objects.addSignature(wrapper.name(), sorted);
    objects.attach(signatures, key, node);
    if (key.equals(DEFAULT_SIGNATURE)) { // which Python exports by default
      objects.attach(ObjectGraph.ROOT, "_default_save_signature", node);
    }
    sessionSignatures.add(key, function, inputSpecs, outputSpecs);
  }

  /** Returns the last arguments, with defaults, that the names leave out. */
  private static List<Argument> omitted(ModelFunction function, List<String> inputs) {
    List<Argument> arguments = function.arguments();
    int first = arguments.size() - Math.max(0, function.inputs().size() - inputs.size());
    return first >= 0
            && arguments.subList(first, arguments.size()).stream()
                .allMatch(argument -> argument.defaultValue().isPresent())
        ? arguments.subList(first, arguments.size())
        : List.of(); // the number of names is wrong
  }

  /** Checks the shape at run time, since callers of a signature do not. */
  private static Operand<? extends TType> ensureShape(
      Ops tf, Operand<? extends TType> operand, TensorSpec tensor) {
    return tf.ensureShape(operand, tensor.shape());
  }

  private static List<TensorSpec> renamed(List<TensorSpec> tensors, List<String> names) {
    if (tensors.size() != names.size()) {
      throw new IllegalArgumentException(
          "got %d names %s for %d tensors".formatted(names.size(), names, tensors.size()));
    }
    return IntStream.range(0, names.size())
        .mapToObj(i -> new TensorSpec(names.get(i), tensors.get(i).type(), tensors.get(i).shape()))
        .toList();
  }

  /**
   * Adds a file to the model's directory {@code assets/}. In Python it is an attribute of {@code
   * model.assets}, such as {@code vocabulary_json} for {@code vocabulary.json}.
   */
  public void asset(String fileName, byte[] content) {
    if (!Path.of(fileName).equals(Path.of(fileName).getFileName())) {
      throw new IllegalArgumentException(
          "the name of an asset cannot contain directories: " + fileName);
    }
    objects.attachAt("assets/" + fileName.replaceAll("\\W", "_"), objects.addAsset(assets.size()));
    assets.put(fileName, content);
  }

  /**
   * Writes the model. The same model always results in the same bytes.
   *
   * @param directory target directory, which is empty or does not exist
   * @throws IOException if a file cannot be written; files already written are not deleted
   * @throws IllegalStateException if the model was already written
   */
  public void write(Path directory) throws IOException {
    if (isWritten) {
      throw new IllegalStateException("the model was already written; use a new builder");
    }
    isWritten = true;
    List<ModelVariable> trainable = variables.stream().filter(ModelVariable::trainable).toList();
    objects.attach(ObjectGraph.ROOT, "variables", objects.addList(nodes(variables)));
    objects.attach(ObjectGraph.ROOT, "trainable_variables", objects.addList(nodes(trainable)));

    Files.createDirectories(directory);
    Path variablesDirectory = Files.createDirectory(directory.resolve("variables"));
    initialValues.write(variablesDirectory.resolve("variables"), objects.forCheckpoint());
    if (!assets.isEmpty()) {
      Path assetsDirectory = Files.createDirectory(directory.resolve("assets"));
      for (Map.Entry<String, byte[]> asset : assets.entrySet()) {
        Files.write(assetsDirectory.resolve(asset.getKey()), asset.getValue());
      }
    }
    try (OutputStream file = Files.newOutputStream(directory.resolve("saved_model.pb"))) {
      CodedOutputStream out = CodedOutputStream.newInstance(file);
      out.useDeterministicSerialization();
      savedModel().writeTo(out);
      out.flush();
    }
  }

  private SavedModel savedModel() {
    MetaGraphDef.Builder metaGraph =
        MetaGraphDef.newBuilder()
            .setMetaInfoDef(
                MetaInfoDef.newBuilder()
                    .addTags(SERVE_TAG)
                    .setTensorflowVersion(TensorFlow.version()))
            .setObjectGraphDef(objects.forModel())
            .addAllAssetFileDef(session.assetFiles(assets.keySet()));
    sessionVariables.addTo(metaGraph, variables);
    sessionSignatures.addTo(metaGraph);
    metaGraph.setGraphDef(session.definition()); // last, when the graph is complete
    return SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(metaGraph).build();
  }

  @Override
  public void close() {
    session.close();
    initialValues.close();
  }
}
