package org.charrnn.decoding;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.PriorityQueue;
import org.charrnn.decoding.LanguageModel.Decoder;

/** Beginnings that are extended one step at a time, from the logits of a decoder. */
final class DecoderBeam implements Beam {
  private final Decoder decoder;
  private final AllowedTokens allowed;
  private final int[] prime;
  private float[][] logits = {}; // [beginnings][classes], none before the prime is read
  private double[] logProbabilities = {0}; // [beginnings]
  private List<Extension> extensions = List.of();

  DecoderBeam(LanguageModel model, int[] prime, AllowedTokens allowed) {
    decoder = model.start(1);
    this.allowed = allowed;
    this.prime = prime;
  }

  @Override
  public int maxSteps() {
    return 1;
  }

  @Override
  public List<List<Extension>> extend(int places, int steps, List<List<int[]>> forbidden) {
    if (logits.length == 0) {
      logits = new float[][] {decoder.read(prime)};
    }
    PriorityQueue<Extension> kept = new PriorityQueue<>(BEST_FIRST.reversed()); // worst on top
    for (int row = 0; row < logits.length; row++) {
      double max = logits[row][allowed.mostLikely(logits[row])];
      double logSum = logSumOfExponentials(logits[row], max);
      BitSet isForbidden = new BitSet();
      forbidden.get(row).forEach(sequence -> isForbidden.set(sequence[0]));
      for (int id : allowed.ids()) {
        double logSoftmax = logits[row][id] - max - logSum;
        double logProbability = logProbabilities[row] + logSoftmax;
        boolean better = kept.size() < places || logProbability > kept.peek().logProbability();
        if (better && logProbability > Double.NEGATIVE_INFINITY && !isForbidden.get(id)) {
          kept.add(new Extension(row, id, logProbability));
          if (kept.size() > places) {
            kept.remove();
          }
        }
      }
    }
    extensions = kept.stream().sorted(BEST_FIRST).toList();
    return List.of(extensions);
  }

  /** Returns log(sum(exp(logit - max))); subtracting the maximum prevents overflow. */
  private double logSumOfExponentials(float[] logits, double max) {
    double sum = 0;
    for (int id : allowed.ids()) {
      sum += Math.exp(logits[id] - max);
    }
    return Math.log(sum);
  }

  @Override
  public void advance(int steps, int[] rows) {
    List<Extension> selected = Arrays.stream(rows).mapToObj(extensions::get).toList();
    decoder.select(selected.stream().mapToInt(Extension::row).toArray());
    logits = decoder.step(selected.stream().mapToInt(Extension::id).toArray());
    logProbabilities = selected.stream().mapToDouble(Extension::logProbability).toArray();
  }

  @Override
  public void close() {
    decoder.close();
  }
}
