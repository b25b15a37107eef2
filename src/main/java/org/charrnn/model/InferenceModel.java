package org.charrnn.model;

import static org.charrnn.graph.Operands.float32;
import static org.charrnn.graph.Operands.int32;
import static org.charrnn.graph.Operands.int64;
import static org.charrnn.graph.Operands.string;
import static org.charrnn.savedmodel.Structure.tensor;

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
import org.charrnn.nn.DynamicRnn;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.charrnn.nn.Variables;
import org.charrnn.savedmodel.Argument;
import org.charrnn.savedmodel.ModelFunction;
import org.charrnn.savedmodel.ModelVariable;
import org.charrnn.savedmodel.SavedModelBuilder;
import org.charrnn.savedmodel.Structure;
import org.charrnn.text.Vocabulary;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

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
 * variables, trainable_variables, cells, vocabulary, config
 * </pre>
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

  private final SavedModelBuilder model;
  private final ModelConfig config;
  private final Network network; // of another graph: functions bind it to their own weights
  private final TextOps text;
  private final TokenSampler sampler;
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
    this.text = new TextOps(vocabulary);
    this.sampler =
        new TokenSampler(vocabulary.size(), vocabulary.unknownIds(), 1, Optional.empty());
    this.weights = values.stream().map(value -> model.variable(value, true)).toList();
  }

  /**
   * Writes a trained network as a SavedModel.
   *
   * @param directory is there and empty
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
      exported.addFunctions();
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

  private void addFunctions() {
    addTextFunctions();
    ModelFunction logits =
        model.function(
            "logits",
            List.of(Argument.required(tensor("ids", DataType.DT_INT32, Shape.of(-1, -1)))),
            weights,
            tensor("logits", DataType.DT_FLOAT, Shape.of(-1, -1, config.classes())),
            (tf, in, values) -> List.of(logits(tf, int32(in.get(0)), values)));
    model.alias("__call__", "logits");
    model.signature(SIGNATURE, logits, List.of("X"), List.of("outputs"));

    ModelFunction step =
        model.function(
            "step",
            List.of(
                Argument.required(tensor("ids", DataType.DT_INT32, Shape.of(-1))),
                Argument.required("state", stateStructure())),
            weights,
            Structure.tuple(
                tensor("logits", DataType.DT_FLOAT, Shape.of(-1, config.classes())),
                stateStructure()),
            this::step);
    model.signature("step", step, names("ids", stateNames()), names("logits", stateNames()));
    model.function(
        "initial_state",
        List.of(Argument.optional(tensor("batch", DataType.DT_INT32, Shape.scalar()), 1)),
        List.of(),
        stateStructure(),
        (tf, in, none) -> initialState(tf, int32(in.get(0))));

    ModelFunction generate =
        model.function(
            "generate",
            List.of(
                Argument.required(tensor("prime", DataType.DT_STRING, Shape.unknown())),
                Argument.optional(
                    tensor("length", DataType.DT_INT32, Shape.scalar()), DEFAULT_LENGTH),
                Argument.optional(
                    tensor("temperature", DataType.DT_FLOAT, Shape.scalar()), DEFAULT_TEMPERATURE),
                Argument.optional(
                    tensor("top_k", DataType.DT_INT32, Shape.scalar()), DEFAULT_TOP_K),
                Argument.optional(tensor("seed", DataType.DT_INT64, Shape.scalar()), DEFAULT_SEED)),
            weights,
            tensor("text", DataType.DT_STRING, Shape.unknown()),
            this::generate);
    model.signature(
        "generate",
        generate,
        List.of("prime", "length", "temperature", "top_k", "seed"),
        List.of("text"));
  }

  private void addTextFunctions() {
    model.function(
        "encode",
        List.of(Argument.required(tensor("text", DataType.DT_STRING, Shape.scalar()))),
        List.of(),
        tensor("ids", DataType.DT_INT32, Shape.of(-1)),
        (tf, in, none) -> {
          var one = tf.expandDims(string(in.get(0)), tf.constant(0));
          return List.of(text.encode(tf, one).ids());
        });
    model.function(
        "decode",
        List.of(Argument.required(tensor("ids", DataType.DT_INT32, Shape.unknown()))),
        List.of(),
        tensor("text", DataType.DT_STRING, Shape.unknown()),
        (tf, in, none) -> List.of(text.decode(tf, requireIds(tf, int32(in.get(0))))));
  }

  private Operand<TFloat32> logits(
      Ops tf, Operand<TInt32> ids, List<Operand<TFloat32>> parameters) {
    Network bound = network.withParameters(parameters);
    Operand<TInt32> known = requireIds(tf, ids);
    var batch = tf.gather(tf.shape(known), tf.constant(0), tf.constant(0));
    var rnn =
        DynamicRnn.run(
            tf,
            "rnn_loop",
            bound.cells(),
            bound.input(tf, known),
            bound.cells().zeroState(tf, batch));
    return bound.outputs(tf, known, rnn.outputs());
  }

  private List<Operand<? extends TType>> step(
      Ops tf, List<Operand<? extends TType>> in, List<Operand<TFloat32>> parameters) {
    Network bound = network.withParameters(parameters);
    RnnState state = new RnnState(float32(in.subList(1, in.size())));
    Operand<TInt32> ids = requireIds(tf, int32(in.get(0)));
    var idRows = tf.shape(ids);
    var stateRows = rows(tf, state.tensors().get(0));
    var checked =
        Checks.of(tf)
            .require(
                tf.all(tf.math.equal(idRows, stateRows), tf.constant(0)),
                List.of(
                    tf.constant("ids and state must have as many rows, got "),
                    tf.strings.reduceJoin(tf.dtypes.asString(idRows), tf.constant(0)),
                    tf.constant(" and "),
                    tf.strings.reduceJoin(tf.dtypes.asString(stateRows), tf.constant(0))))
            .before(ids);
    RnnCell.Step step = bound.step(tf, checked, state);
    List<Operand<? extends TType>> result = new ArrayList<>();
    result.add(bound.softmax().logits(tf, step.output()));
    result.addAll(step.state().tensors());
    return result;
  }

  /** Returns how many rows there are, {@code [1]}. */
  private static Operand<TInt32> rows(Ops tf, Operand<? extends TType> tensor) {
    return tf.slice(tf.shape(tensor), tf.constant(new int[] {0}), tf.constant(new int[] {1}));
  }

  private List<Operand<? extends TType>> initialState(Ops tf, Operand<TInt32> batch) {
    var checked =
        Checks.of(tf)
            .require(tf.math.greaterEqual(batch, tf.constant(0)), "batch must be at least 0", batch)
            .before(batch);
    return List.copyOf(network.cells().zeroState(tf, checked).tensors());
  }

  private List<Operand<? extends TType>> generate(
      Ops tf, List<Operand<? extends TType>> in, List<Operand<TFloat32>> parameters) {
    Operand<TString> primes = string(in.get(0));
    Operand<TInt32> length = int32(in.get(1));
    Operand<TFloat32> temperature = float32(in.get(2));
    Operand<TInt32> topK = int32(in.get(3));
    Operand<TInt64> seed = int64(in.get(4));
    Checks checks =
        Checks.of(tf)
            .require(
                tf.math.greaterEqual(length, tf.constant(0)), "length must be at least 0", length)
            .require(
                tf.math.logicalAnd(
                    tf.math.greaterEqual(temperature, tf.constant(0f)),
                    tf.math.isFinite(temperature)),
                "temperature must be at least 0",
                temperature)
            .require(
                tf.math.greaterEqual(topK, tf.constant(0)),
                "top_k must be at least 0 (0 is off)",
                topK);
    var generator =
        new TextGeneration(text, new GenerationLoop(network.withParameters(parameters), sampler));
    var settings = sampler.settings(tf, checks.before(temperature), checks.before(topK), seed);
    return List.of(generator.generate(tf, primes, checks.before(length), settings));
  }

  /** Returns ids once they are found to be in the vocabulary. */
  private Operand<TInt32> requireIds(Ops tf, Operand<TInt32> ids) {
    var flat = tf.reshape(ids, tf.constant(new int[] {-1}));
    var axis = tf.constant(0);
    var least = tf.reduceMin(flat, axis);
    var most = tf.reduceMax(flat, axis);
    var inside =
        tf.math.logicalAnd(
            tf.math.greaterEqual(flat, tf.constant(0)),
            tf.math.less(flat, tf.constant(config.classes())));
    return Checks.of(tf)
        .require(
            tf.all(inside, axis),
            List.of(
                tf.constant("ids must be from 0 to %d, got ".formatted(config.classes() - 1)),
                tf.dtypes.asString(least),
                tf.constant(" to "),
                tf.dtypes.asString(most)))
        .before(ids);
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
