package org.charrnn.model.generation;

import org.charrnn.decoding.RowRandom;
import org.charrnn.model.ModelConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

/**
 * The size of an iteration of the loop that generates texts. An iteration generates several tokens
 * in each row, so that what a loop costs is shared by them.
 *
 * @param tokens that an iteration generates in each row
 * @param randomNumbers that an iteration needs for each row: one for each token and class, rounded
 *     up to whole blocks of the random generator
 */
public record IterationSize(int tokens, int randomNumbers) {
  private static final int MAX_TOKENS = 16;
  private static final int MAX_CELLS = 32; // of all tokens, else the graph becomes large
  private static final int MAX_RANDOM_NUMBERS = 4096; // of more than one token

  /**
   * Returns the size for a network. It decides which random numbers a token gets, and so the texts
   * of a seed.
   */
  static IterationSize of(ModelConfig config) {
    int tokens = MAX_TOKENS;
    while (tokens > 1
        && (tokens * config.layers() > MAX_CELLS
            || (long) tokens * config.classes() > MAX_RANDOM_NUMBERS)) {
      tokens /= 2;
    }
    int blocks = (tokens * config.classes() + RowRandom.BLOCK_WORDS - 1) / RowRandom.BLOCK_WORDS;
    return new IterationSize(tokens, blocks * RowRandom.BLOCK_WORDS);
  }

  /** Returns the number of blocks of random numbers for each row. */
  int randomBlocks() {
    return randomNumbers / RowRandom.BLOCK_WORDS;
  }

  /** Returns the number of iterations that generate at least some tokens. */
  int iterations(int count) {
    return (int) (((long) count + tokens - 1) / tokens);
  }

  /**
   * Returns the number of iterations that generate at least some tokens.
   *
   * @param count of tokens, scalar
   */
  Operand<TInt32> iterations(Ops tf, Operand<TInt32> count) {
    var one = tf.constant(1);
    var before = tf.math.sub(count, one); // of the last token
    return tf.math.add(tf.math.floorDiv(before, tf.constant(tokens)), one);
  }
}
