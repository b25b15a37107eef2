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

  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_2 = 0xCD9E8D57L;
  private static final int KEY_STEP_0 = 0x9E3779B9;
  private static final int KEY_STEP_1 = 0xBB67AE85;

  /** TensorFlow's key for the seeds, from which it makes the key for the numbers. */
  private static final int[] SEED_KEY = {0x3ec8f720, 0x02461e29};

  private static final int ROWS_OF_A_BLOCK = 2; // four 32-bit numbers are two doubles
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
    int[] mixed = philox(low(seed), high(seed), low(position), high(position), SEED_KEY);
    int[] key = {mixed[0], mixed[1]};
    double[] numbers = new double[rows.length];
    long block = -1;
    int[] values = {};
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] / ROWS_OF_A_BLOCK != block) {
        block = rows[i] / ROWS_OF_A_BLOCK;
        values = philox(low(block), high(block), mixed[2], mixed[3], key);
      }
      int first = (int) (rows[i] % ROWS_OF_A_BLOCK) * 2;
      numbers[i] = uniform(values[first], values[first + 1]);
    }
    return numbers;
  }

  /** Encrypts a counter of four words with a key of two. */
  private static int[] philox(int c0, int c1, int c2, int c3, int[] key) {
    int key0 = key[0];
    int key1 = key[1];
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
    return new int[] {c0, c1, c2, c3};
  }

  /** Takes 52 bits as the fraction of a number in [1, 2). */
  private static double uniform(int highWord, int lowWord) {
    long fraction = (highWord & LOW_20_BITS) << Integer.SIZE | Integer.toUnsignedLong(lowWord);
    return Double.longBitsToDouble(EXPONENT_OF_ONE | fraction) - 1;
  }

  private static int low(long value) {
    return (int) value;
  }

  private static int high(long value) {
    return (int) (value >>> Integer.SIZE);
  }
}
