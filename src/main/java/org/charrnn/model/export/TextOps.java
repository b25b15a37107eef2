package org.charrnn.model.export;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.charrnn.text.Level;
import org.charrnn.text.Newlines;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.UnicodeForm;
import org.charrnn.text.Vocabulary;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.strings.ReduceJoin;
import org.tensorflow.op.strings.UnicodeDecode;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/**
 * Converts text to ids and back in a graph, with the same results as {@link Vocabulary} in Java.
 *
 * <p>A token is looked up by its hash among the sorted hashes of the vocabulary, and then compared.
 * The graph needs only constants: there is no table that a loader would have to initialize.
 */
final class TextOps {
  private static final int MAX_NAMED_TOKENS = 10;
  private static final int NONE = -1;

  private final Vocabulary vocabulary;
  private final TextNormalization normalization;
  private final long[] hashes; // sorted
  private final int[] idsByHash;

  /** The vocabulary as constants, sorted by hash but for the tokens. */
  private record Table(
      Operand<TInt64> hashes, Operand<TInt32> idsByHash, Operand<TString> tokens) {}

  /**
   * Texts as ids.
   *
   * @param ids of all tokens of all texts, concatenated
   * @param rowSplits {@code [texts + 1]}: index of the first id of each text, and the end
   */
  record Encoded(Operand<TInt32> ids, Operand<TInt32> rowSplits) {}

  TextOps(Vocabulary vocabulary, TextNormalization normalization) {
    this.vocabulary = vocabulary;
    this.normalization = normalization;
    long[] hashById = hashes(vocabulary.tokens());
    idsByHash =
        IntStream.range(0, hashById.length)
            .boxed()
            .sorted(Comparator.comparingLong(id -> hashById[id]))
            .mapToInt(id -> id)
            .toArray();
    hashes = IntStream.of(idsByHash).mapToLong(id -> hashById[id]).toArray();
    for (int i = 1; i < hashes.length; i++) {
      if (hashes[i] == hashes[i - 1]) { // in one of ten million vocabularies of a million tokens
        throw new IllegalArgumentException(
            "the tokens '%s' and '%s' have the same hash"
                .formatted(vocabulary.token(idsByHash[i - 1]), vocabulary.token(idsByHash[i])));
      }
    }
  }

  private static long[] hashes(List<String> tokens) {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      return StdArrays.array1dCopyOf(hash(tf, strings(tf, tokens)).asTensor());
    }
  }

  private static Operand<TInt64> hash(Ops tf, Operand<TString> tokens) {
    return tf.strings.toHashBucketFast(tokens, Long.MAX_VALUE);
  }

  private static Operand<TString> strings(Ops tf, List<String> values) {
    return tf.constant(NdArrays.vectorOfObjects(values.toArray(String[]::new)));
  }

  private Operand<TString> tokens(Ops tf) {
    return strings(tf, vocabulary.tokens());
  }

  /**
   * Returns texts with the line ends that the model reads. TensorFlow has no operation for a
   * Unicode normal form.
   */
  Operand<TString> normalize(Ops tf, Operand<TString> texts) {
    return normalization.newlines() == Newlines.KEEP
        ? texts
        : tf.strings.regexReplace(texts, tf.constant("\r\n?"), tf.constant("\n"));
  }

  /**
   * Splits texts into tokens and looks them up; the first word of a text in either form, with and
   * without the space before it. If the vocabulary has no unknown token, a token that is not in it
   * is an error that names it.
   *
   * @param texts {@code [texts]}, UTF-8, normalized
   */
  Encoded encode(Ops tf, Operand<TString> texts) {
    UnicodeDecode<TInt32> decoded = tf.strings.unicodeDecode(texts, "UTF-8", TInt32.class);
    Operand<TInt32> codePoints = decoded.charValues();
    Table table = new Table(tf.constant(hashes), tf.constant(idsByHash), tokens(tf));
    if (vocabulary.level() == Level.CHARACTER) {
      var each = tf.math.greaterEqual(codePoints, tf.constant(0));
      Operand<TString> tokens = join(tf, codePoints, indices(tf, each));
      return new Encoded(requireKnown(tf, tokens, find(tf, table, tokens)), decoded.rowSplits());
    }
    WordStarts words =
        new WordStarts(tf, codePoints, decoded.rowSplits(), vocabulary.tokenization().rules());
    Operand<TBool> starts = words.find();
    Operand<TInt32> tokenStarts = indices(tf, starts);
    Operand<TString> tokens = join(tf, codePoints, tokenStarts);
    Operand<TInt32> rowSplits = tf.gather(before(tf, starts), decoded.rowSplits(), tf.constant(0));
    Operand<TBool> isWord = tf.gather(words.startsOfWords(), tokenStarts, tf.constant(0));
    Operand<TInt32> ids =
        withOtherForms(tf, table, tokens, find(tf, table, tokens), upToWord(tf, isWord, rowSplits));
    return new Encoded(requireKnown(tf, tokens, ids), rowSplits);
  }

  /** Returns the code points as tokens, given the index of the first code point of each. */
  private static Operand<TString> join(
      Ops tf, Operand<TInt32> codePoints, Operand<TInt32> tokenStarts) {
    var tokenSplits = tf.concat(List.of(tokenStarts, tf.shape(codePoints)), tf.constant(0));
    return tf.strings.unicodeEncode(codePoints, tokenSplits, "UTF-8"); // [tokens]
  }

  /** Returns the number of true flags before each index and in all, {@code [flags + 1]}. */
  private static Operand<TInt32> before(Ops tf, Operand<TBool> flags) {
    var upTo = tf.math.cumsum(tf.dtypes.cast(flags, TInt32.class), tf.constant(0));
    return tf.concat(List.of(tf.constant(new int[] {0}), upTo), tf.constant(0));
  }

  /** Returns whether each token is the first word of its text or comes before it. */
  private static Operand<TBool> upToWord(Ops tf, Operand<TBool> isWord, Operand<TInt32> rowSplits) {
    var wordsBefore = before(tf, isWord); // [tokens + 1]
    var positions = tf.range(tf.constant(0), tf.size(isWord), tf.constant(1)); // [tokens]
    var row =
        tf.math.sub(WordStarts.upperBound(tf, rowSplits, positions), tf.constant(1)); // [tokens]
    var rowStart = tf.gather(rowSplits, row, tf.constant(0));
    return tf.math.equal(
        tf.gather(wordsBefore, positions, tf.constant(0)),
        tf.gather(wordsBefore, rowStart, tf.constant(0)));
  }

  /** Returns the ids of tokens, {@code [tokens]}; {@value #NONE} for those not found. */
  private static Operand<TInt32> find(Ops tf, Table table, Operand<TString> tokens) {
    var row = tf.constant(0);
    var index = // of the first hash that is not below the token's
        tf.squeeze(
            tf.lowerBound(tf.expandDims(table.hashes, row), tf.expandDims(hash(tf, tokens), row)));
    var flat = tf.reshape(index, tf.constant(new int[] {-1})); // a single token is a vector, too
    var inside = tf.math.minimum(flat, tf.math.sub(tf.size(table.hashes), tf.constant(1)));
    var ids = tf.gather(table.idsByHash, inside, tf.constant(0));
    var found = tf.gather(table.tokens, ids, tf.constant(0));
    return tf.select(tf.math.equal(found, tokens), ids, tf.constant(NONE));
  }

  /** Looks up those of some tokens that were not found in their other form. */
  private static Operand<TInt32> withOtherForms(
      Ops tf, Table table, Operand<TString> tokens, Operand<TInt32> ids, Operand<TBool> some) {
    var missing = indices(tf, tf.math.logicalAnd(some, tf.math.less(ids, tf.constant(0))));
    var others = find(tf, table, otherForms(tf, tf.gather(tokens, missing, tf.constant(0))));
    return tf.tensorScatterNdUpdate(ids, tf.expandDims(missing, tf.constant(1)), others);
  }

  /** Returns tokens without their leading space, or with one. */
  private static Operand<TString> otherForms(Ops tf, Operand<TString> tokens) {
    var space = tf.constant(" ");
    var all = tf.constant(Integer.MAX_VALUE);
    var first = tf.strings.substr(tokens, tf.constant(0), tf.constant(1));
    return tf.select(
        tf.math.equal(first, space),
        tf.strings.substr(tokens, tf.constant(1), all),
        tf.strings.join(List.of(space, tokens)));
  }

  /** Replaces {@value #NONE} by the unknown token, or fails if there is none. */
  private Operand<TInt32> requireKnown(Ops tf, Operand<TString> tokens, Operand<TInt32> ids) {
    var known = tf.math.greaterEqual(ids, tf.constant(0));
    if (vocabulary.hasUnknown()) {
      return tf.select(known, ids, tf.constant(vocabulary.id(vocabulary.level().unknown())));
    }
    var unknown = indices(tf, tf.math.logicalNot(known));
    return Checks.of(tf)
        .require(
            tf.all(known, tf.constant(0)),
            vocabulary.level().noun() + "s that are not in the vocabulary" + requirement() + ":",
            names(tf, tf.gather(tokens, unknown, tf.constant(0))))
        .before(ids);
  }

  private String requirement() {
    UnicodeForm form = normalization.normalize();
    return form == UnicodeForm.NONE
        ? ""
        : " (texts must be in the Unicode form %s, as by unicodedata.normalize)"
            .formatted(form.name());
  }

  /** Returns the first few distinct tokens as one text. */
  private static Operand<TString> names(Ops tf, Operand<TString> tokens) {
    Operand<TString> distinct = tf.unique(tokens, tf.constant(new int[] {0})).y();
    var count = tf.math.minimum(tf.shape(distinct), tf.constant(new int[] {MAX_NAMED_TOKENS}));
    var first = tf.slice(distinct, tf.constant(new int[] {0}), count);
    var quote = tf.constant("`"); // TensorFlow would escape others
    return tf.strings.reduceJoin(
        tf.strings.join(List.of(quote, first, quote)), tf.constant(0), ReduceJoin.separator(", "));
  }

  /**
   * Joins tokens.
   *
   * @param ids {@code [..., tokens]}, or a single one
   * @return {@code [...]}
   */
  Operand<TString> decode(Ops tf, Operand<TInt32> ids) {
    var tokens = tf.gather(tokens(tf), ids, tf.constant(0));
    var one = tf.constant(1);
    var rank = tf.rank(ids);
    var lastAxis = // [1]; for a scalar [0]
        tf.range(tf.math.maximum(tf.math.sub(rank, one), tf.constant(0)), rank, one);
    return tf.strings.reduceJoin(tokens, lastAxis);
  }

  /** Returns the indices of true flags, {@code [number of true flags]}. */
  private static Operand<TInt32> indices(Ops tf, Operand<TBool> flags) {
    return tf.dtypes.cast(tf.reshape(tf.where(flags), tf.constant(new int[] {-1})), TInt32.class);
  }
}
