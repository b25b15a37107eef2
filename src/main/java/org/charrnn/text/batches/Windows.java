package org.charrnn.text.batches;

import java.util.Arrays;
import org.charrnn.InputException;

/**
 * All windows of a text that start one character apart, each with the window one character later as
 * its target.
 *
 * <p>A text of n characters has n - sequenceLength windows: the last target ends with the text.
 *
 * @param inputs ids, {@code [windows][sequenceLength]}
 * @param targets id after each input, {@code [windows][sequenceLength]}
 */
@SuppressWarnings("ArrayRecordComponent") // a data carrier, never compared
public record Windows(int[][] inputs, int[][] targets) {

  /**
   * Cuts a text into windows.
   *
   * @param ids ids of the text
   * @param sequenceLength characters per window, at least 1
   * @throws InputException if the text is too short for one window
   */
  public static Windows of(int[] ids, int sequenceLength) {
    int windows = ids.length - sequenceLength;
    if (windows < 1) {
      throw new InputException(
          "the text has %d characters, but a window of %d and the character after it need %d;"
                  .formatted(ids.length, sequenceLength, sequenceLength + 1)
              + " use a longer text or a smaller sequence length");
    }
    int[][] inputs = new int[windows][];
    int[][] targets = new int[windows][];
    for (int i = 0; i < windows; i++) {
      inputs[i] = Arrays.copyOfRange(ids, i, i + sequenceLength);
      targets[i] = Arrays.copyOfRange(ids, i + 1, i + 1 + sequenceLength);
    }
    return new Windows(inputs, targets);
  }

  /** Returns the number of windows. */
  public int count() {
    return inputs.length;
  }

  /** Returns the number of characters per window. */
  public int sequenceLength() {
    return inputs[0].length;
  }
}
