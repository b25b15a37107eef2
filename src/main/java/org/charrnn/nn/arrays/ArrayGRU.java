package org.charrnn.nn.arrays;

import java.util.List;

/** {@link org.charrnn.nn.GRUCell} on arrays. */
public final class ArrayGRU implements ArrayCell {
  // The gates are halved: sigmoid(x) is (1 + tanh(x / 2)) / 2.
  private final Matrix gatesKernel; // [input + hidden, 2 * hidden]
  private final float[] gatesBias; // [2 * hidden]
  private final Matrix candidateKernel; // [input + hidden, hidden]
  private final float[] candidateBias; // [hidden]
  private final int hidden;

  /**
   * Creates a cell.
   *
   * @param parameters as {@link org.charrnn.nn.GRUCell#parameterShapes} lists them
   */
  public ArrayGRU(List<float[]> parameters) {
    gatesBias = parameters.get(1).clone();
    candidateBias = parameters.get(3).clone();
    hidden = candidateBias.length;
    gatesKernel = new Matrix(parameters.get(0), gatesBias.length);
    gatesKernel.scale(0, gatesBias.length, 0.5f);
    Matrix.scale(gatesBias, 0, gatesBias.length, 0.5f);
    candidateKernel = new Matrix(parameters.get(2), hidden);
  }

  @Override
  public Sequence start() {
    return new Started();
  }

  private final class Started implements Sequence {
    private final ArrayProduct gates = new ArrayProduct(gatesKernel, gatesBias);
    private final ArrayProduct candidate = new ArrayProduct(candidateKernel, candidateBias);
    private final float[] h = new float[hidden];
    private final float[] r = new float[hidden];
    private final float[] u = new float[hidden];

    @Override
    public float[] read(ArrayInput input, Team team) {
      float[] ru = gates.of(input, h, team);
      Activations.tanh(ru, ru);
      System.arraycopy(ru, 0, r, 0, hidden);
      System.arraycopy(ru, hidden, u, 0, hidden);
      for (int k = 0; k < r.length; k++) {
        r[k] = (0.5f + 0.5f * r[k]) * h[k];
      }
      float[] c = candidate.of(input, r, team);
      Activations.tanh(c, c);
      for (int k = 0; k < h.length; k++) {
        h[k] = (0.5f + 0.5f * u[k]) * h[k] + (0.5f - 0.5f * u[k]) * c[k];
      }
      return h;
    }
  }
}
