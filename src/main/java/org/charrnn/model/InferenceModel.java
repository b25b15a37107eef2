package org.charrnn.model;

import static org.charrnn.graph.Operands.float32;
import static org.charrnn.graph.Operands.int32;
import static org.charrnn.savedmodel.Structure.ragged;
import static org.charrnn.savedmodel.Structure.tensor;
import static org.charrnn.savedmodel.Structure.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.Variables;
import org.charrnn.savedmodel.Argument;
import org.charrnn.savedmodel.ModelFunction;
import org.charrnn.savedmodel.ModelVariable;
import org.charrnn.savedmodel.SavedModelBuilder;
import org.charrnn.savedmodel.Structure;
import org.charrnn.savedmodel.Structure.Ragged;
import org.charrnn.savedmodel.Structure.TensorSpec;
import org.charrnn.text.Vocabulary;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;

/**
 * The network as it is exported, for Python and everybody else: a SavedModel with the weights and
 * with functions over text and ids, without optimizer and without a fixed size.
 *
 * <pre>
 * generate(prime, length=500, temperature=1.0, top_k=0, seed=1)   the prime and what follows
 * logits(ids)                   [batch, time] to [batch, time, classes]; so does calling the model
 * step(ids, state)              [batch] to logits [batch, classes], and the state after them
 * initial_state(batch=1)        zeros, a tuple of what each cell carries
 * encode(text), decode(ids)     a text to ids [time], and back; decode joins the last dimension
 * encode_batch(texts)           texts [batch] to a RaggedTensor of ids [batch, (time)]
 * decode_batch(ids)             and back
 * variables, trainable_variables, cells, vocabulary, config
 * </pre>
 *
 * <p>Ids are int32.
 */
public final class InferenceModel {
  /** The signature that TensorFlow's tools take by default: ids X to logits outputs. */
  public static final String SIGNATURE = SavedModelBuilder.DEFAULT_SIGNATURE;

  /** The attribute that holds the tokens, in the order of their ids. */
  public static final String VOCABULARY = "vocabulary";

  /** The attribute that holds what else there is to know of the model. */
  public static final String CONFIG = "config";

  private static final int DEFAULT_LENGTH = 500;
  private static final double DEFAULT_TEMPERATURE = 1;
  private static final int DEFAULT_TOP_K = 0;
  private static final int DEFAULT_SEED = 1;

  private static final TensorSpec IDS = tensor("ids", DataType.DT_INT32, Shape.of(-1, -1));
  private static final Ragged RAGGED_IDS = ragged("ids", DataType.DT_INT32);
  private static final TensorSpec TEXTS = tensor("texts", DataType.DT_STRING, Shape.of(-1));
  private static final TensorSpec ANY_TEXTS = tensor("text", DataType.DT_STRING, Shape.unknown());

  private final SavedModelBuilder model;
  private final ModelConfig config;
  private final Network network;
  private final TextFunctions overTexts;
  private final NetworkFunctions overIds;
  private final List<ModelVariable> weights;

  private InferenceModel(
      SavedModelBuilder model,
      ModelConfig config,
      Network network,
      Vocabulary vocabulary,
      List<VariableValue> values) {
    this.model = model;
    this.config = config;
    this.network = network;
    this.overTexts = new TextFunctions(network, vocabulary);
    this.overIds = new NetworkFunctions(network);
    this.weights = values.stream().map(this::variable).toList();
  }

  private ModelVariable variable(VariableValue value) {
    try (TFloat32 tensor = NetworkSession.tensor(value)) {
      return model.variable(value.name(), tensor, true);
    }
  }

  /**
   * Writes a trained network as a SavedModel.
   *
   * @param directory is empty or not there
   * @param weights the values of all weights, as {@link LabModel#weights()} gives them
   * @param description what else there is to know of the model; Python keeps it with the model
   * @param assets files that travel with the model, by name
   * @throws IOException if a file cannot be written
   */
  public static void export(
      Path directory,
      ModelConfig config,
      Vocabulary vocabulary,
      List<VariableValue> weights,
      String description,
      Map<String, byte[]> assets)
      throws IOException {
    try (Graph graph = new Graph();
        SavedModelBuilder model = new SavedModelBuilder()) {
      var variables = new Variables(Ops.create(graph), 0); // only for their names and shapes
      var network = Network.create(variables, config, Optional.empty());
      Map<String, VariableValue> byName = new LinkedHashMap<>();
      weights.forEach(weight -> byName.put(weight.name(), weight));
      var inOrder = variables.trainable().stream().map(v -> byName.get(v.name())).toList();
      var exported = new InferenceModel(model, config, network, vocabulary, inOrder);
      exported.addNetwork();
      exported.addText();
      model.list(
          "cells", IntStream.range(0, config.layers()).mapToObj(config.cell()::scope).toList());
      model.texts(VOCABULARY, vocabulary.tokens());
      model.text(CONFIG, description);
      new TreeMap<>(assets).forEach(model::asset); // in the same order each time
      model.write(directory);
    }
  }

  /** Names and shapes of the weights that a network has. */
  public static Map<String, Shape> weightShapes(ModelConfig config) {
    try (Graph graph = new Graph()) {
      var variables = new Variables(Ops.create(graph), 0);
      Network.create(variables, config, Optional.empty());
      return NetworkSession.shapes(variables.trainable());
    }
  }

  private void addNetwork() {
    ModelFunction logits =
        model.function(
            "logits",
            List.of(Argument.required(IDS)),
            weights,
            tensor("logits", DataType.DT_FLOAT, Shape.of(-1, -1, config.classes())),
            (tf, in, values) -> List.of(overIds.logits(tf, int32(in.get(0)), float32(values))));
    model.alias("__call__", "logits");
    model.signature(SIGNATURE, logits, List.of("X"), List.of("outputs"));

    ModelFunction step =
        model.function(
            "step",
            List.of(
                Argument.required(tensor("ids", DataType.DT_INT32, Shape.of(-1))),
                Argument.required("state", stateStructure())),
            weights,
            tuple(
                tensor("logits", DataType.DT_FLOAT, Shape.of(-1, config.classes())),
                stateStructure()),
            (tf, in, values) ->
                overIds.step(
                    tf, int32(in.get(0)), float32(in.subList(1, in.size())), float32(values)));
    model.signature("step", step, names("ids", stateNames()), names("logits", stateNames()));
    model.function(
        "initial_state",
        List.of(Argument.optional(tensor("batch", DataType.DT_INT32, Shape.scalar()), 1)),
        List.of(),
        stateStructure(),
        (tf, in, none) -> overIds.initialState(tf, int32(in.get(0))));
  }

  private void addText() {
    ModelFunction encode =
        model.function(
            "encode_batch",
            List.of(Argument.required(TEXTS)),
            List.of(),
            RAGGED_IDS,
            overTexts::encode);
    model.function(
        "encode",
        List.of(Argument.required(tensor("text", DataType.DT_STRING, Shape.scalar()))),
        List.of(),
        tensor("ids", DataType.DT_INT32, Shape.of(-1)),
        (tf, in, none) -> overTexts.encodeOne(tf, encode, in));
    ModelFunction decode =
        model.function(
            "decode",
            List.of(Argument.required(tensor("ids", DataType.DT_INT32, Shape.unknown()))),
            List.of(),
            ANY_TEXTS,
            overTexts::decode);
    model.function(
        "decode_batch",
        List.of(Argument.required("ids", RAGGED_IDS)),
        List.of(),
        TEXTS,
        (tf, in, none) -> overTexts.decodeRows(tf, decode, in));

    ModelFunction generate =
        model.function(
            "generate",
            List.of(
                Argument.required(tensor("prime", DataType.DT_STRING, Shape.unknown())),
                optional("length", DataType.DT_INT32, DEFAULT_LENGTH),
                optional("temperature", DataType.DT_FLOAT, DEFAULT_TEMPERATURE),
                optional("top_k", DataType.DT_INT32, DEFAULT_TOP_K),
                optional("seed", DataType.DT_INT64, DEFAULT_SEED)),
            weights,
            ANY_TEXTS,
            (tf, in, values) -> overTexts.generate(tf, encode, decode, in, float32(values)));
    model.signature(
        "generate",
        generate,
        List.of("prime", "length", "temperature", "top_k", "seed"),
        List.of("text"));
  }

  private static Argument optional(String name, DataType type, Object defaultValue) {
    return Argument.optional(tensor(name, type, Shape.scalar()), defaultValue);
  }

  private Structure stateStructure() {
    List<Structure> cells = new ArrayList<>();
    List<String> names = stateNames();
    int next = 0;
    for (RnnCell cell : network.cells().cells()) {
      List<Structure> tensors = new ArrayList<>();
      for (int size : cell.stateSizes()) {
        tensors.add(tensor(names.get(next++), DataType.DT_FLOAT, Shape.of(-1, size)));
      }
      cells.add(tensors.size() == 1 ? tensors.get(0) : new Structure.Tuple(tensors));
    }
    return new Structure.Tuple(cells);
  }

  private List<String> stateNames() {
    return IntStream.range(0, network.cells().stateSizes().size())
        .mapToObj(i -> "state_" + i)
        .toList();
  }

  private static List<String> names(String first, List<String> others) {
    return Stream.concat(Stream.of(first), others.stream()).toList();
  }
}
