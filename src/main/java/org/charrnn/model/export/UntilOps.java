package org.charrnn.model.export;

import java.util.List;
import org.charrnn.text.Vocabulary;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.strings.StringSplit;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/**
 * Ends texts after the first occurrence of a string, in a graph. Bytes are compared, which in UTF-8
 * is the same as comparing characters.
 *
 * @param until the string, scalar; the empty one ends no text
 */
record UntilOps(Operand<TString> until) {
  /**
   * Checks a string: at run time, characters that no token of the vocabulary has are an error.
   *
   * @param until normalized, scalar
   */
  static UntilOps of(Ops tf, Operand<TString> until, Vocabulary vocabulary) {
    var axis = tf.constant(0);
    var codePoints =
        tf.strings
            .unicodeDecode(tf.expandDims(until, axis), "UTF-8", TInt32.class)
            .charValues(); // [characters]
    var generated = tf.constant(vocabulary.generatedCodePoints()); // [n], ascending
    var index = // of the first generated one that is not below
        tf.reshape(
            tf.lowerBound(tf.expandDims(generated, axis), tf.expandDims(codePoints, axis)),
            tf.constant(new int[] {-1}));
    var last = tf.math.sub(tf.size(generated), tf.constant(1));
    var found = tf.gather(generated, tf.math.minimum(index, last), axis);
    return new UntilOps(
        Checks.of(tf)
            .require(
                tf.all(tf.math.equal(found, codePoints), axis),
                "until can never occur: the vocabulary lacks some of its characters, got",
                until)
            .before(until));
  }

  /** Returns whether there is no string, scalar. */
  Operand<TBool> isNone(Ops tf) {
    return tf.math.equal(until, tf.constant(""));
  }

  /**
   * Texts that are split at the first occurrence of a string.
   *
   * @param before what precedes the string, or the whole text, {@code [rows]}
   * @param found whether the string occurs, {@code [rows]}
   */
  private record Split(Operand<TString> before, Operand<TBool> found) {}

  private Split split(Ops tf, Operand<TString> texts) {
    // The operation takes an empty separator for any whitespace.
    var separator = tf.select(isNone(tf), tf.constant(" "), until);
    StringSplit pieces = tf.strings.stringSplit(texts, separator, StringSplit.maxsplit(1L));
    var axis = tf.constant(1);
    Operand<TInt64> row = tf.gather(pieces.indices(), tf.constant(0), axis); // [pieces]
    Operand<TInt64> number = tf.gather(pieces.indices(), tf.constant(1), axis); // 0, or 1 after it
    var found =
        tf.math.greater(tf.math.unsortedSegmentSum(number, row, tf.size(texts)), tf.constant(0L));
    return new Split(
        tf.booleanMask(pieces.values(), tf.math.equal(number, tf.constant(0L))),
        tf.math.logicalAnd(found, tf.math.logicalNot(isNone(tf))));
  }

  /**
   * Returns whether the string occurs in each text, {@code [rows]}.
   *
   * @param texts {@code [rows]}
   */
  Operand<TBool> occurs(Ops tf, Operand<TString> texts) {
    return split(tf, texts).found();
  }

  /**
   * Cuts texts after the first occurrence.
   *
   * @param texts {@code [rows]}
   * @return {@code [rows]}
   */
  Operand<TString> cut(Ops tf, Operand<TString> texts) {
    Split split = split(tf, texts);
    var cut = tf.strings.join(List.of(split.before(), until));
    return tf.select(split.found(), cut, texts);
  }
}
