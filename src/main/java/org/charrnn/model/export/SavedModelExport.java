package org.charrnn.model.export;

import static org.charrnn.graph.Operands.float32;
import static org.charrnn.graph.Operands.int32;
import static org.charrnn.savedmodel.Structure.ragged;
import static org.charrnn.savedmodel.Structure.tensor;
import static org.charrnn.savedmodel.Structure.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Tensors;
import org.charrnn.model.VariableMatch;
import org.charrnn.savedmodel.Argument;
import org.charrnn.savedmodel.ModelFunction;
import org.charrnn.savedmodel.ModelVariable;
import org.charrnn.savedmodel.SavedModelBuilder;
import org.charrnn.savedmodel.Structure;
import org.charrnn.savedmodel.Structure.Ragged;
import org.charrnn.savedmodel.Structure.TensorSpec;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.Vocabulary;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;

/**
 * Exports a network as a SavedModel for Python and other programs: the weights, and functions over
 * text and ids for any batch size and length, without the optimizer.
 *
 * <pre>
 * generate(prime, length=500, temperature=1.0, top_k=0, seed=1, top_p=1.0, until="")
 * the prime and its continuation
 * logits(ids)                   [batch, time] to [batch, time, classes]; also by calling the model
 * step(ids, state)              [batch] to logits [batch, classes], and the next state
 * initial_state(batch=1)        zeros, a tuple with the state of each cell
 * encode(text), decode(ids)     a text to ids [time], and back; decode joins the last dimension
 * encode_batch(texts)           texts [batch] to a RaggedTensor of ids [batch, (time)]
 * decode_batch(ids)             and back
 * variables, trainable_variables, cells, vocabulary, config
 * </pre>
 *
 * <p>Ids are int32. At word level {@code generate} and {@code encode} find the first word of a text
 * with and without the space before it.
 */
public final class SavedModelExport {
  /** The signature that TensorFlow's tools use by default: ids X to logits outputs. */
  public static final String SIGNATURE = SavedModelBuilder.DEFAULT_SIGNATURE;

  /** The attribute that holds the tokens, in the order of their ids. */
  public static final String VOCABULARY = "vocabulary";

  /** The attribute that holds the configuration of the run. */
  public static final String CONFIG = "config";

  private static final int DEFAULT_LENGTH = 500;
  private static final double DEFAULT_TEMPERATURE = 1;
  private static final int DEFAULT_TOP_K = 0;
  private static final int DEFAULT_SEED = 1;
  private static final double DEFAULT_TOP_P = 1;
  private static final String DEFAULT_UNTIL = "";

  private static final TensorSpec IDS = tensor("ids", DataType.DT_INT32, Shape.of(-1, -1));
  private static final Ragged RAGGED_IDS = ragged("ids", DataType.DT_INT32);
  private static final TensorSpec TEXTS = tensor("texts", DataType.DT_STRING, Shape.of(-1));
  private static final TensorSpec ANY_TEXTS = tensor("text", DataType.DT_STRING, Shape.unknown());

  private final SavedModelBuilder model;
  private final ModelConfig config;
  private final TextFunctions overTexts;
  private final NetworkFunctions overIds;
  private final List<ModelVariable> weights;

  private SavedModelExport(
      SavedModelBuilder model,
      ModelConfig config,
      Vocabulary vocabulary,
      TextNormalization normalization,
      List<VariableValue> values) {
    this.model = model;
    this.config = config;
    this.overTexts = new TextFunctions(config, vocabulary, normalization);
    this.overIds = new NetworkFunctions(config);
    this.weights = values.stream().map(this::variable).toList();
  }

  private ModelVariable variable(VariableValue value) {
    try (TFloat32 tensor = Tensors.of(value)) {
      return model.variable(value.name(), tensor, true);
    }
  }

  /**
   * Writes a trained network as a SavedModel.
   *
   * @param directory empty or missing
   * @param normalization what is done to texts before they are split into tokens; a Unicode form is
   *     left to the caller of the functions
   * @param weights all weights of the network, in any order
   * @param description the configuration of the run; Python keeps it with the model
   * @param assets files to store with the model, by name
   * @throws IllegalArgumentException if weights are missing or unknown
   * @throws IOException if a file cannot be written
   */
  public static void write(
      Path directory,
      ModelConfig config,
      Vocabulary vocabulary,
      TextNormalization normalization,
      List<VariableValue> weights,
      String description,
      Map<String, byte[]> assets)
      throws IOException {
    List<VariableValue> inOrder = VariableMatch.inOrder(config.weightShapes(), weights);
    try (SavedModelBuilder model = new SavedModelBuilder()) {
      SavedModelExport export =
          new SavedModelExport(model, config, vocabulary, normalization, inOrder);
      export.addNetwork();
      export.addText();
      model.list(
          "cells", IntStream.range(0, config.layers()).mapToObj(config.cell()::scope).toList());
      model.texts(VOCABULARY, vocabulary.tokens());
      model.text(CONFIG, description);
      new TreeMap<>(assets).forEach(model::asset); // in the same order each time
      model.write(directory);
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
                optional("seed", DataType.DT_INT64, DEFAULT_SEED),
                optional("top_p", DataType.DT_DOUBLE, DEFAULT_TOP_P),
                optional("until", DataType.DT_STRING, DEFAULT_UNTIL)),
            weights,
            ANY_TEXTS,
            (tf, in, values) -> overTexts.generate(tf, encode, decode, in, float32(values)));
    // Python requires all inputs of a signature, so that of earlier versions has no more than then.
    List<String> inputs = List.of("prime", "length", "temperature", "top_k", "seed");
    model.signature("generate", generate, inputs, List.of("text"));
    model.signature(
        "generate_until",
        generate,
        Stream.concat(inputs.stream(), Stream.of("top_p", "until")).toList(),
        List.of("text"));
  }

  private static Argument optional(String name, DataType type, Object defaultValue) {
    return Argument.optional(tensor(name, type, Shape.scalar()), defaultValue);
  }

  private Structure stateStructure() {
    List<Structure> cells = new ArrayList<>();
    List<String> names = stateNames();
    int next = 0;
    for (int layer = 0; layer < config.layers(); layer++) {
      List<Structure> tensors = new ArrayList<>();
      for (int i = 0; i < config.cell().stateTensors(); i++) {
        Shape shape = Shape.of(-1, config.hiddenSize());
        tensors.add(tensor(names.get(next++), DataType.DT_FLOAT, shape));
      }
      cells.add(tensors.size() == 1 ? tensors.get(0) : new Structure.Tuple(tensors));
    }
    return new Structure.Tuple(cells);
  }

  private List<String> stateNames() {
    return IntStream.range(0, config.stateSizes().size()).mapToObj(i -> "state_" + i).toList();
  }

  private static List<String> names(String first, List<String> others) {
    return Stream.concat(Stream.of(first), others.stream()).toList();
  }
}
