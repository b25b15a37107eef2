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
import org.charrnn.savedmodel.ModelVariable.InSession;
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
 * Builds a model and writes it as a SavedModel of TensorFlow 2's own form: in Python it has
 * variables, functions and signatures, as if it had been made there.
 *
 * <p>Names may be paths, such as {@code dense/kernel}, for what Python finds as {@code
 * model.dense.kernel}. A name that is taken, or a function that is not what was said of it, is
 * refused with an {@link IllegalArgumentException}.
 *
 * <p>It owns native memory: close it. A model is written once.
 */
public final class SavedModelBuilder implements AutoCloseable {
  /** The tag of a graph made for inference. */
  public static final String SERVE_TAG = "serve";

  /** The key of the signature that TensorFlow's tools take by default. */
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

  /** Starts a model that holds nothing. */
  public SavedModelBuilder() {
    objects.attach(ObjectGraph.ROOT, "signatures", signatures);
  }

  /**
   * Adds a variable. Python finds it by its name and in the lists {@code model.variables} and
   * {@code model.trainable_variables}.
   *
   * @param name such as {@code dense/kernel}
   * @param value what it starts with; it is copied
   * @param trainable whether a gradient tape watches it
   */
  public ModelVariable variable(String name, TType value, boolean trainable) {
    int node = addVariable(name, value, trainable);
    InSession inSession = sessionVariables.add(name, value.shape(), value.type());
    ModelVariable variable =
        new ModelVariable(name, node, trainable, value.shape(), value.type(), inSession);
    variables.add(variable);
    return variable;
  }

  /**
   * Adds a text that Python finds by its name, a string variable that no function reads, and that
   * stays with the model when Python saves it again.
   */
  public void text(String name, String text) {
    try (TString value = TString.scalarOf(text)) {
      addVariable(name, value, false);
    }
  }

  /** Adds a vector of texts that Python finds by its name, as {@link #text} does one. */
  public void texts(String name, List<String> vector) {
    try (TString value = TString.vectorOf(vector.toArray(String[]::new))) {
      addVariable(name, value, false);
    }
  }

  private int addVariable(String name, TType value, boolean trainable) {
    int node = objects.addVariable(name, value.dataType(), value.shape(), trainable);
    objects.attachAt(name, node);
    initialValues.put(name, value);
    return node;
  }

  /** Adds a list of what is in the model at other places. */
  public void list(String name, List<String> elements) {
    objects.attachAt(name, objects.addList(elements.stream().map(objects::get).toList()));
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

  /** Gives a function a second name; as {@code __call__} it is what calling the model does. */
  public void alias(String name, String function) {
    objects.attachAt(name, objects.get(function));
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
        library.defineOverHandles(
            "signature_wrapper_" + key,
            arguments,
            function.variables(),
            to,
            (tf, operands) -> {
              List<Operand<? extends TType>> ordered =
                  inputs.stream()
                      .map(sorted::indexOf)
                      .map(i -> ensureShape(tf, operands.get(i), arguments.get(i)))
                      .collect(toCollection(ArrayList::new));
              ordered.addAll(operands.subList(inputs.size(), operands.size()));
              return function.definition().call(tf, key, ordered);
            });
    objects.describe(
        wrapper.name(),
        PythonValues.keywordInputs(arguments),
        PythonValues.dictionary(to),
        nodes(function.variables()));
    int node = objects.addSignature(wrapper.name(), sorted);
    objects.attach(signatures, key, node);
    if (key.equals(DEFAULT_SIGNATURE)) { // what Python exports if it is told no signatures
      objects.attach(ObjectGraph.ROOT, "_default_save_signature", node);
    }
    sessionSignatures.add(key, function, from, to);
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
    if (!Path.of(fileName).equals(Path.of(fileName).getFileName())) {
      throw new IllegalArgumentException("the name of an asset has no directories: " + fileName);
    }
    objects.attachAt("assets/" + fileName.replaceAll("\\W", "_"), objects.addAsset(assets.size()));
    assets.put(fileName, content);
  }

  /**
   * Writes the model. The same model gives the same bytes.
   *
   * @param directory is empty or not there
   * @throws IOException if a file cannot be written; what was written stays
   * @throws IllegalStateException if it was written before
   */
  public void write(Path directory) throws IOException {
    if (isWritten) {
      throw new IllegalStateException("the model was written before");
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
    sessionVariables.finish(metaGraph, variables);
    sessionSignatures.finish(metaGraph);
    metaGraph.setGraphDef(session.definition()); // last: by now all is in the graph
    return SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(metaGraph).build();
  }

  @Override
  public void close() {
    session.close();
    initialValues.close();
  }
}
