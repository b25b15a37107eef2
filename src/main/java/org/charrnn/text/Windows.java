package org.charrnn.text;

import java.util.Arrays;
import org.charrnn.InputException;

/**
 * Every window of a text, each with the same window shifted by one as its target.
 *
 * <p>A text of n characters has n - sequenceLength windows: the last target ends with the text.
 *
 * @param inputs ids, {@code [windows][sequenceLength]}
 * @param targets the id that follows each input, {@code [windows][sequenceLength]}
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares windows by equals
public record Windows(int[][] inputs, int[][] targets) {

  /**
   * Cuts a text.
   *
   * @param ids the text
   * @param sequenceLength characters in a window, at least 1
   * @throws InputException if the text has no window
   */
  public static Windows of(int[] ids, int sequenceLength) {
    int windows = ids.length - sequenceLength;
    if (windows < 1) {
      throw new InputException(
          "the text has %d characters, but a window of %d and the character after it need %d;"
                  .formatted(ids.length, sequenceLength, sequenceLength + 1)
              + " give a longer text or a smaller --sequence-length");
    }
    int[][] inputs = new int[windows][];
    int[][] targets = new int[windows][];
    for (int i = 0; i < windows; i++) {
      inputs[i] = Arrays.copyOfRange(ids, i, i + sequenceLength);
      targets[i] = Arrays.copyOfRange(ids, i + 1, i + 1 + sequenceLength);
    }
    return new Windows(inputs, targets);
  }

  /** How many windows there are. */
  public int count() {
    return inputs.length;
  }

  /** Characters in each window. */
  public int sequenceLength() {
    return inputs[0].length;
  }
}
