package org.charrnn.decoding;

/**
 * The random numbers that decide which tokens are sampled. Each depends only on the seed, the row
 * of its text and its position in the text, so a text does not depend on the texts beside it.
 *
 * <p>They are the numbers that TensorFlow's {@code StatelessRandomUniform} gives for the seeds
 * (seed, position) in each row of a vector of doubles, by Philox 4x32 with 10 rounds (Salmon et
 * al., 2011, "Parallel Random Numbers: As Easy as 1, 2, 3"). Here, the numbers of any row can be
 * computed without those of the rows before it.
 *
 * @param seed of all texts
 */
public record RowRandom(long seed) {
  /** Position of a token that is sampled before there is any token to continue. */
  public static final int POSITION_BEFORE_TEXT = -1;

  /** Words of 32 bits in a block of the generator. */
  public static final int BLOCK_WORDS = 4;

  /**
   * Half of the distance between two of the numbers that {@link #fill} computes. Moved up by it,
   * none of them is 0 or 1.
   */
  public static final float HALF_STEP = 0x1p-24f;

  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_2 = 0xCD9E8D57L;
  private static final int KEY_STEP_0 = 0x9E3779B9;
  private static final int KEY_STEP_1 = 0xBB67AE85;

  /** TensorFlow's key for the seeds, from which it makes the key for the numbers. */
  private static final int SEED_KEY_0 = 0x3ec8f720;

  private static final int SEED_KEY_1 = 0x02461e29;

  private static final int ROWS_OF_A_BLOCK = 2; // four 32-bit numbers are two doubles
  private static final int LOW_23_BITS = 0x7fffff;
  private static final int EXPONENT_OF_ONE_FLOAT = 0x7f << 23;
  private static final long LOW_20_BITS = 0xfffff;
  private static final long EXPONENT_OF_ONE = 0x3ffL << 52;

  /**
   * Returns the numbers of rows for one position.
   *
   * @param position of the token in its text
   * @param rows the number of each row, at least 0
   * @return a number in [0, 1) for each row
   */
  public double[] uniform(long position, long[] rows) {
    int[] mixed = mix(position);
    double[] numbers = new double[rows.length];
    long block = -1;
    int[] words = new int[BLOCK_WORDS];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] / ROWS_OF_A_BLOCK != block) {
        block = rows[i] / ROWS_OF_A_BLOCK;
        philox(low(block), high(block), mixed[2], mixed[3], mixed[0], mixed[1], words);
      }
      int first = (int) (rows[i] % ROWS_OF_A_BLOCK) * 2;
      numbers[i] = uniform(words[first], words[first + 1]);
    }
    return numbers;
  }

  /**
   * Computes the numbers with which an iteration of the generation loop samples tokens: those that
   * {@code StatelessRandomUniform} gives for the seeds (seed, iteration) in each row of a matrix of
   * floats.
   *
   * @param numbers receives numbers in [0, 1)
   * @param from index of the first one
   * @param count of numbers, a multiple of {@link #BLOCK_WORDS}
   * @param iteration counted from 0
   * @param row its number, at least 0
   */
  public void fill(float[] numbers, int from, int count, long iteration, long row) {
    int[] mixed = mix(iteration);
    long block = row * (count / BLOCK_WORDS);
    int[] words = new int[BLOCK_WORDS];
    for (int i = from; i < from + count; i += BLOCK_WORDS, block++) {
      philox(low(block), high(block), mixed[2], mixed[3], mixed[0], mixed[1], words);
      for (int word = 0; word < BLOCK_WORDS; word++) {
        numbers[i + word] = uniform(words[word]);
      }
    }
  }

  /** Returns the key and the upper half of the counter for the numbers of a position. */
  private int[] mix(long position) {
    int[] words = new int[BLOCK_WORDS];
    philox(low(seed), high(seed), low(position), high(position), SEED_KEY_0, SEED_KEY_1, words);
    return words;
  }

  /** Encrypts a counter of four words with a key of two. */
  private static void philox(int c0, int c1, int c2, int c3, int key0, int key1, int[] encrypted) {
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * Integer.toUnsignedLong(c0);
      long product2 = MULTIPLIER_2 * Integer.toUnsignedLong(c2);
      c0 = high(product2) ^ c1 ^ key0;
      c1 = low(product2);
      c2 = high(product0) ^ c3 ^ key1;
      c3 = low(product0);
      key0 += KEY_STEP_0;
      key1 += KEY_STEP_1;
    }
    encrypted[0] = c0;
    encrypted[1] = c1;
    encrypted[2] = c2;
    encrypted[3] = c3;
  }

  /** Takes 52 bits as the fraction of a number in [1, 2). */
  private static double uniform(int highWord, int lowWord) {
    long fraction = (highWord & LOW_20_BITS) << Integer.SIZE | Integer.toUnsignedLong(lowWord);
    return Double.longBitsToDouble(EXPONENT_OF_ONE | fraction) - 1;
  }

  /** Takes 23 bits as the fraction of a number in [1, 2). */
  private static float uniform(int word) {
    return Float.intBitsToFloat(EXPONENT_OF_ONE_FLOAT | (word & LOW_23_BITS)) - 1;
  }

  private static int low(long value) {
    return (int) value;
  }

  private static int high(long value) {
    return (int) (value >>> Integer.SIZE);
  }
}
