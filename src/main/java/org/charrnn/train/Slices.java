package org.charrnn.train;

import java.util.Arrays;
import java.util.List;
import org.charrnn.model.BatchShape;
import org.charrnn.model.SliceModel;

/**
 * The parts of a batch, each of neighbouring streams, as equal as can be.
 *
 * @param batch to be shared out
 * @param count how many parts, from 1 to the streams of the batch
 */
record Slices(BatchShape batch, int count) {

  /** The first stream of a slice. */
  int from(int slice) {
    return (int) ((long) batch.batchSize() * slice / count);
  }

  /** The size of a slice. */
  BatchShape shape(int slice) {
    return new BatchShape(from(slice + 1) - from(slice), batch.sequenceLength());
  }

  /**
   * Returns a slice's part of a window.
   *
   * @param x ids of the whole batch, row after row
   * @param y the id that follows each
   */
  SliceModel.Window window(int slice, int[] x, int[] y) {
    int from = from(slice) * batch.sequenceLength();
    int to = from(slice + 1) * batch.sequenceLength();
    return new SliceModel.Window(Arrays.copyOfRange(x, from, to), Arrays.copyOfRange(y, from, to));
  }

  /** Returns a slice's part of a window that is only read. */
  SliceModel.Reading reading(int slice, EvaluationWindows whole) {
    int from = from(slice) * batch.sequenceLength();
    int to = from(slice + 1) * batch.sequenceLength();
    return new SliceModel.Reading(
        window(slice, whole.x(), whole.y()),
        Arrays.copyOfRange(whole.weights(), from, to),
        whole.counted());
  }

  /**
   * Returns a slice's part of a state.
   *
   * @param state of the whole batch, each tensor {@code [batch, size]}
   */
  float[][] state(int slice, float[][] state) {
    float[][] rows = new float[state.length][];
    for (int i = 0; i < rows.length; i++) {
      int size = state[i].length / batch.batchSize();
      rows[i] = Arrays.copyOfRange(state[i], from(slice) * size, from(slice + 1) * size);
    }
    return rows;
  }

  /** Puts the states of all slices together, in the slices' order. */
  static float[][] join(List<float[][]> states) {
    float[][] joined = new float[states.get(0).length][];
    for (int i = 0; i < joined.length; i++) {
      int tensor = i;
      joined[i] = new float[states.stream().mapToInt(state -> state[tensor].length).sum()];
      int at = 0;
      for (float[][] state : states) {
        System.arraycopy(state[i], 0, joined[i], at, state[i].length);
        at += state[i].length;
      }
    }
    return joined;
  }

  /** Adds the first arrays to others of the same sizes. */
  static void add(float[][] sum, float[][] next, int count) {
    for (int i = 0; i < count; i++) {
      add(sum[i], next[i]);
    }
  }

  private static void add(float[] sum, float[] next) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += next[i];
    }
  }
}
