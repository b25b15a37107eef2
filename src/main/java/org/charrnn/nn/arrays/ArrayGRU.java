package org.charrnn.nn.arrays;

import java.util.List;

/** {@link org.charrnn.nn.GRUCell} on arrays. */
public final class ArrayGRU implements ArrayCell {
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
    candidateKernel = new Matrix(parameters.get(2), hidden);
  }

  @Override
  public Sequence start() {
    return new Started();
  }

  private final class Started implements Sequence {
    private final float[] h = new float[hidden];
    private final float[] gates = new float[gatesBias.length];
    private final float[] r = new float[hidden];
    private final float[] u = new float[hidden];
    private final float[] c = new float[hidden];

    @Override
    public float[] read(ArrayInput input) {
      int hiddenRows = gatesKernel.height() - hidden;
      System.arraycopy(gatesBias, 0, gates, 0, gates.length);
      input.addProduct(gatesKernel, gates);
      gatesKernel.addProduct(h, hiddenRows, gates);
      System.arraycopy(gates, 0, r, 0, hidden);
      System.arraycopy(gates, hidden, u, 0, hidden);
      Activations.sigmoid(r, r);
      Activations.sigmoid(u, u);
      for (int k = 0; k < r.length; k++) {
        r[k] *= h[k];
      }
      System.arraycopy(candidateBias, 0, c, 0, hidden);
      input.addProduct(candidateKernel, c);
      candidateKernel.addProduct(r, hiddenRows, c);
      Activations.tanh(c, c);
      for (int k = 0; k < h.length; k++) {
        h[k] = u[k] * h[k] + (1 - u[k]) * c[k];
      }
      return h;
    }
  }
}
