package org.charrnn.testing;

import java.util.stream.IntStream;
import org.charrnn.decoding.LanguageModel.Decoder;
import org.charrnn.model.generation.StepModel;

/** Losses computed in plain Java from the logits of a step-by-step model. */
public final class StepLosses {
  private StepLosses() {}

  /**
   * Returns the loss of each token but the first of its row.
   *
   * @param model the model, which reads each row from a zero state
   * @param rows token IDs, {@code [rows][length + 1]}
   * @return cross entropies in nats, {@code [rows][length]}
   */
  public static double[][] of(StepModel model, int[][] rows) {
    int length = rows[0].length - 1;
    double[][] losses = new double[rows.length][length];
    try (Decoder decoder = model.start(rows.length)) {
      for (int t = 0; t < length; t++) {
        float[][] logits = decoder.step(column(rows, t));
        for (int row = 0; row < rows.length; row++) {
          double[] scores = doubles(logits[row]);
          losses[row][t] = -Math.log(SoftmaxFormula.softmax(scores)[rows[row][t + 1]]);
        }
      }
    }
    return losses;
  }

  private static int[] column(int[][] rows, int column) {
    return IntStream.range(0, rows.length).map(row -> rows[row][column]).toArray();
  }

  private static double[] doubles(float[] floats) {
    return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
  }
}
