package org.charrnn.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * A model whose probabilities are a given function of the tokens that a row has read. Its decoder
 * overwrites the logits of a step in the next one, as its contract allows.
 */
final class FakeModel implements LanguageModel {
  private final int vocabularySize;
  private final Function<List<Integer>, double[]> probabilities;

  /** Number of rows of each step. */
  final List<Integer> steps = new ArrayList<>();

  int open; // decoders

  FakeModel(int vocabularySize, Function<List<Integer>, double[]> probabilities) {
    this.vocabularySize = vocabularySize;
    this.probabilities = probabilities;
  }

  /** A Markov chain: the next token depends on the last one only. */
  static FakeModel markov(double[]... transitions) {
    return new FakeModel(
        transitions.length, history -> transitions[history.get(history.size() - 1)]);
  }

  /** A model with random probabilities that differ for each history. */
  static FakeModel arbitrary(int vocabularySize, long seed) {
    return new FakeModel(
        vocabularySize,
        history -> {
          Random random = new Random(seed + history.hashCode());
          double[] weights = random.doubles(vocabularySize, 0.01, 1).toArray();
          double sum = Arrays.stream(weights).sum();
          return Arrays.stream(weights).map(weight -> weight / sum).toArray();
        });
  }

  double[] probabilities(List<Integer> history) {
    return probabilities.apply(history);
  }

  /** The logits that the decoder returns: log probabilities plus a constant. */
  float[] logits(List<Integer> history) {
    return logits(probabilities.apply(history));
  }

  static float[] logits(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (Math.log(probabilities[i]) + 3);
    }
    return logits;
  }

  @Override
  public int vocabularySize() {
    return vocabularySize;
  }

  @Override
  public Decoder start(int rows) {
    open++;
    return new FakeDecoder(Collections.nCopies(rows, List.of()));
  }

  private final class FakeDecoder implements Decoder {
    private List<List<Integer>> histories;
    private float[][] logits = {};

    FakeDecoder(List<List<Integer>> histories) {
      this.histories = histories;
    }

    @Override
    public float[][] step(int[] ids) {
      if (ids.length != histories.size()) {
        throw new IllegalArgumentException(ids.length + " ids, " + histories.size() + " rows");
      }
      steps.add(ids.length);
      for (float[] stale : logits) {
        Arrays.fill(stale, Float.NaN);
      }
      List<List<Integer>> longer = new ArrayList<>();
      logits = new float[ids.length][];
      for (int row = 0; row < ids.length; row++) {
        List<Integer> history = new ArrayList<>(histories.get(row));
        history.add(ids[row]);
        longer.add(history);
        logits[row] = FakeModel.this.logits(history);
      }
      histories = longer;
      return logits;
    }

    @Override
    public void select(int[] rows) {
      histories = Arrays.stream(rows).mapToObj(histories::get).toList();
    }

    @Override
    public void close() {
      open--;
    }
  }
}
