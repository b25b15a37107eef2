package org.charrnn.model.export;

import static org.charrnn.text.CodePointKinds.Kind.APOSTROPHE;
import static org.charrnn.text.CodePointKinds.Kind.MARK;
import static org.charrnn.text.CodePointKinds.Kind.SPACE;
import static org.charrnn.text.CodePointKinds.Kind.UNSPACED;
import static org.charrnn.text.CodePointKinds.Kind.WHITESPACE;
import static org.charrnn.text.CodePointKinds.Kind.WORD;

import java.util.List;
import java.util.stream.Stream;
import org.charrnn.text.CodePointKinds;
import org.charrnn.text.CodePointKinds.Kind;
import org.charrnn.text.Tokenizer;
import org.charrnn.text.WordRules;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/**
 * Finds the starts of words for all code points of all texts at once, with the same results as the
 * word tokenizer, which reads code points one after another.
 *
 * <p>Whether a position is inside a word or a symbol depends on the last code point that determines
 * it by itself, the decider. Marks and apostrophes inside words do not: they continue what precedes
 * them. Only at the start of a text or after whitespace the first of them is the decider.
 */
final class WordStarts {
  private final Ops tf;
  private final Operand<TInt32> kinds; // [n]
  private final Operand<TBool> textStarts; // [n]
  private final Operand<TInt32> positions; // [n]: 0, 1, 2 ...

  /**
   * Prepares the search.
   *
   * @param codePoints {@code [n]}, of all texts, concatenated
   * @param textSplits {@code [texts + 1]}: index of the first code point of each text, and the end
   */
  WordStarts(Ops tf, Operand<TInt32> codePoints, Operand<TInt32> textSplits, WordRules rules) {
    this.tf = tf;
    CodePointKinds table = CodePointKinds.of(rules);
    var nextStart = upperBound(tf, tf.constant(table.starts()), codePoints);
    kinds =
        tf.gather(
            tf.constant(table.kinds()), tf.math.sub(nextStart, tf.constant(1)), tf.constant(0));
    var shape = tf.shape(codePoints);
    positions = tf.range(tf.constant(0), tf.squeeze(shape), tf.constant(1));
    // A text starts at a position if more splits are <= it than are <= the previous one.
    var textsBefore = upperBound(tf, textSplits, positions);
    textStarts =
        tf.math.notEqual(
            textsBefore, upperBound(tf, textSplits, tf.math.sub(positions, tf.constant(1))));
  }

  /** Returns for each code point whether a token starts with it. */
  Operand<TBool> find() {
    Operand<TInt32> next = kindOfNext();
    Operand<TBool> innerApostrophe = and(is(kinds, APOSTROPHE), is(next, WORD, MARK));
    Operand<TBool> inherits = or(is(kinds, MARK), innerApostrophe);

    Operand<TInt32> decider = lastTrue(or(not(inherits), textStarts));
    Operand<TInt32> deciding = tf.gather(kinds, decider, tf.constant(0));
    Operand<TBool> isAfterSpace =
        and(is(deciding, SPACE, WHITESPACE), tf.math.notEqual(positions, decider));
    Operand<TBool> markIsFirst = is(tf.gather(next, decider, tf.constant(0)), MARK);
    Operand<TBool> inWord = or(is(deciding, WORD, MARK), and(isAfterSpace, markIsFirst));

    Operand<TInt32> previous = previous(kinds, tf.constant(WHITESPACE.number()));
    Operand<TBool> previousInWord = previous(inWord, tf.constant(false));
    Operand<TBool> continues =
        or(
            and(is(previous, SPACE), not(is(kinds, SPACE, WHITESPACE))),
            or(
                and(previousInWord, or(is(kinds, WORD), inherits)),
                and(not(is(previous, SPACE, WHITESPACE)), is(kinds, MARK))));
    return cut(or(textStarts, not(continues)));
  }

  /** Returns for each code point whether a token that starts with it is a word. */
  Operand<TBool> startsOfWords() {
    return or(is(kinds, WORD, UNSPACED), and(is(kinds, SPACE), is(kindOfNext(), WORD, UNSPACED)));
  }

  /** The kind of the next code point of the same text; after its end, whitespace. */
  private Operand<TInt32> kindOfNext() {
    var blank = tf.constant(WHITESPACE.number());
    return tf.select(next(textStarts, tf.constant(true)), blank, next(kinds, blank));
  }

  /** Adds starts where a token exceeds the maximum length. */
  private Operand<TBool> cut(Operand<TBool> starts) {
    var lengthSoFar = tf.math.sub(positions, lastTrue(starts));
    var full = tf.math.mod(lengthSoFar, tf.constant(Tokenizer.MAX_WORD_LENGTH));
    return tf.math.equal(full, tf.constant(0));
  }

  /** For each position, the last one up to it whose flag is true; that of the first is true. */
  private Operand<TInt32> lastTrue(Operand<TBool> flags) {
    var flagged = tf.reshape(tf.where(flags), tf.constant(new int[] {-1}));
    var count = tf.math.cumsum(tf.dtypes.cast(flags, TInt32.class), tf.constant(0));
    Operand<TInt64> last = tf.gather(flagged, tf.math.sub(count, tf.constant(1)), tf.constant(0));
    return tf.dtypes.cast(last, TInt32.class);
  }

  /** Returns for each value the number of sorted values up to it. */
  static Operand<TInt32> upperBound(Ops tf, Operand<TInt32> sorted, Operand<TInt32> values) {
    var row = tf.constant(0);
    var found = tf.upperBound(tf.expandDims(sorted, row), tf.expandDims(values, row));
    return tf.reshape(found, tf.constant(new int[] {-1}));
  }

  /** Shifts values by one: each position gets that of the next, the last gets a given value. */
  private <T extends TType> Operand<T> next(Operand<T> values, Operand<T> atEnd) {
    var longer = tf.concat(List.of(values, vector(atEnd)), tf.constant(0));
    return tf.slice(longer, tf.constant(new int[] {1}), tf.shape(values));
  }

  /** Shifts values by one: each position gets the previous one's, the first gets a given value. */
  private <T extends TType> Operand<T> previous(Operand<T> values, Operand<T> atStart) {
    var longer = tf.concat(List.of(vector(atStart), values), tf.constant(0));
    return tf.slice(longer, tf.constant(new int[] {0}), tf.shape(values));
  }

  private <T extends TType> Operand<T> vector(Operand<T> scalar) {
    return tf.expandDims(scalar, tf.constant(0));
  }

  private Operand<TBool> is(Operand<TInt32> kind, Kind... any) {
    return Stream.of(any)
        .<Operand<TBool>>map(one -> tf.math.equal(kind, tf.constant(one.number())))
        .reduce((a, b) -> tf.math.logicalOr(a, b))
        .orElseThrow();
  }

  private Operand<TBool> not(Operand<TBool> flag) {
    return tf.math.logicalNot(flag);
  }

  private Operand<TBool> and(Operand<TBool> a, Operand<TBool> b) {
    return tf.math.logicalAnd(a, b);
  }

  private Operand<TBool> or(Operand<TBool> a, Operand<TBool> b) {
    return tf.math.logicalOr(a, b);
  }
}
