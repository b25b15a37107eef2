package org.charrnn.train.distributed;

import java.util.Arrays;
import java.util.List;
import org.charrnn.model.training.GradientWorker;
import org.charrnn.settings.BatchShape;
import org.charrnn.train.EvaluationWindows;

/**
 * The slices of a batch: neighbouring streams, divided as equally as possible.
 *
 * @param batch to be divided
 * @param count number of slices, from 1 to the batch size
 */
record Slices(BatchShape batch, int count) {
  /** The index of the first stream of a slice. */
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
   * @param x ids of the whole batch, row by row
   * @param y the id that follows each
   */
  GradientWorker.Window window(int slice, int[] x, int[] y) {
    int from = from(slice) * batch.sequenceLength();
    int to = from(slice + 1) * batch.sequenceLength();
    return new GradientWorker.Window(
        Arrays.copyOfRange(x, from, to), Arrays.copyOfRange(y, from, to));
  }

  /** Returns a slice's part of a window that is evaluated. */
  GradientWorker.EvaluationWindow window(int slice, EvaluationWindows batchWindow) {
    int from = from(slice) * batch.sequenceLength();
    int to = from(slice + 1) * batch.sequenceLength();
    return new GradientWorker.EvaluationWindow(
        window(slice, batchWindow.x(), batchWindow.y()),
        Arrays.copyOfRange(batchWindow.weights(), from, to),
        batchWindow.weightSum());
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

  /** Concatenates the states of all slices, in order. */
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

  /** Adds the first {@code count} arrays to others of the same sizes. */
  static void add(float[][] sum, float[][] terms, int count) {
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < sum[i].length; j++) {
        sum[i][j] += terms[i][j];
      }
    }
  }
}
