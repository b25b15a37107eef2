package org.charrnn.model.export;

import static org.charrnn.graph.Operands.float32;
import static org.charrnn.graph.Operands.float64;
import static org.charrnn.graph.Operands.int32;
import static org.charrnn.graph.Operands.int64;
import static org.charrnn.graph.Operands.string;

import java.util.List;
import java.util.Optional;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Network;
import org.charrnn.model.generation.TokenCut;
import org.charrnn.model.generation.TokenSampler;
import org.charrnn.savedmodel.ModelFunction;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.Vocabulary;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * The bodies of a {@link SavedModelExport}'s functions over texts. Invalid arguments are reported
 * in words.
 */
final class TextFunctions {
  private final ModelConfig config;
  private final Vocabulary vocabulary;
  private final TextOps text;
  private final TokenSampler sampler;

  TextFunctions(ModelConfig config, Vocabulary vocabulary, TextNormalization normalization) {
    this.config = config;
    this.vocabulary = vocabulary;
    this.text = new TextOps(vocabulary, normalization);
    this.sampler = new TokenSampler(vocabulary.size(), vocabulary.unknownIds(), Optional.empty());
  }

  /**
   * Turns texts into ids.
   *
   * @param in texts {@code [batch]}
   * @return the ids of all texts, concatenated, and the start of each: a ragged tensor
   */
  List<Operand<? extends TType>> encode(
      Ops tf, List<Operand<? extends TType>> in, List<Operand<? extends TType>> noVariables) {
    TextOps.Encoded encoded = text.encode(tf, text.normalize(tf, string(in.get(0))));
    return List.of(encoded.ids(), tf.dtypes.cast(encoded.rowSplits(), TInt64.class));
  }

  /**
   * Turns one text into ids.
   *
   * @param encode the model's function for several texts
   * @param in the text, scalar
   * @return its ids {@code [time]}
   */
  List<Operand<? extends TType>> encodeOne(
      Ops tf, ModelFunction encode, List<Operand<? extends TType>> in) {
    return encode.call(tf, List.of(tf.expandDims(in.get(0), tf.constant(0)))).subList(0, 1);
  }

  /**
   * Turns ids into texts.
   *
   * @param in ids {@code [..., time]}, or a single one
   * @return texts {@code [...]}
   */
  List<Operand<? extends TType>> decode(
      Ops tf, List<Operand<? extends TType>> in, List<Operand<? extends TType>> noVariables) {
    return List.of(text.decode(tf, Checks.requireIds(tf, int32(in.get(0)), config.classes())));
  }

  /**
   * Turns a ragged tensor of ids into texts.
   *
   * @param decode the model's function for tensors of ids
   * @param in in the form of {@link #encode}'s result
   * @return texts {@code [batch]}
   */
  List<Operand<? extends TType>> decodeRows(
      Ops tf, ModelFunction decode, List<Operand<? extends TType>> in) {
    var axis = tf.constant(0);
    Operand<TInt32> ids = int32(in.get(0));
    Operand<TInt32> splits = tf.dtypes.cast(int64(in.get(1)), TInt32.class);
    var tokens = string(decode.call(tf, List.of(tf.expandDims(ids, tf.constant(1)))).get(0));
    var count = tf.size(ids);
    var positions = tf.range(axis, count, tf.constant(1)); // [tokens]
    var found = tf.upperBound(tf.expandDims(splits, axis), tf.expandDims(positions, axis));
    var rows = tf.math.sub(tf.reshape(found, tf.shape(ids)), tf.constant(1)); // of each token
    var allRows = tf.math.sub(tf.size(splits), tf.constant(1));
    return List.of(tf.strings.unsortedSegmentJoin(tokens, rows, allRows));
  }

  /**
   * Continues texts.
   *
   * @param encode the model's function for several texts
   * @param decode the model's function for tensors of ids
   * @param in the texts, of any shape; length, temperature, top k, seed, top p and until
   * @param weights in the order of {@link ModelConfig#weightShapes()}
   * @return the texts with their continuations, in the same shape
   */
  List<Operand<? extends TType>> generate(
      Ops tf,
      ModelFunction encode,
      ModelFunction decode,
      List<Operand<? extends TType>> in,
      List<Operand<TFloat32>> weights) {
    Operand<TString> primes = string(in.get(0));
    Operand<TInt32> length = int32(in.get(1));
    Operand<TFloat32> temperature = float32(in.get(2));
    Operand<TInt32> topK = int32(in.get(3));
    Operand<TFloat64> topP = float64(in.get(5));
    Checks checks = checks(tf, length, temperature, topK, topP);
    var flat = text.normalize(tf, tf.reshape(primes, tf.constant(new int[] {-1}))); // [rows]
    var encoded = encode.call(tf, List.of(flat));
    Operand<TString> added = // [rows]
        new TextGeneration(Network.of(config, weights).untied(tf), sampler)
            .generate(
                tf,
                new TextOps.Encoded(
                    int32(encoded.get(0)), tf.dtypes.cast(int64(encoded.get(1)), TInt32.class)),
                checks.before(length),
                checks.before(temperature),
                new TokenCut(checks.before(topK), Optional.of(checks.before(topP))),
                int64(in.get(4)),
                UntilOps.of(tf, text.normalize(tf, string(in.get(6))), vocabulary),
                (ops, ids) -> string(decode.call(ops, List.of(ids)).get(0)));
    return List.of(tf.reshape(tf.strings.join(List.of(flat, added)), tf.shape(primes)));
  }

  private static Checks checks(
      Ops tf,
      Operand<TInt32> length,
      Operand<TFloat32> temperature,
      Operand<TInt32> topK,
      Operand<TFloat64> topP) {
    var isTemperature =
        tf.math.logicalAnd(
            tf.math.greaterEqual(temperature, tf.constant(0f)), tf.math.isFinite(temperature));
    return Checks.of(tf)
        .require(
            tf.math.greaterEqual(length, tf.constant(0)), "length must be at least 0, got", length)
        .require(isTemperature, "temperature must be finite and at least 0, got", temperature)
        .require(
            tf.math.greaterEqual(topK, tf.constant(0)),
            "top_k must be at least 0 (0 is off), got",
            topK)
        .require(
            tf.math.logicalAnd(
                tf.math.greater(topP, tf.constant(0.0)), tf.math.lessEqual(topP, tf.constant(1.0))),
            "top_p must be above 0 and at most 1, got",
            topP);
  }
}
