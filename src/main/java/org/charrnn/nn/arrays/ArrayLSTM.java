package org.charrnn.nn.arrays;

import java.util.List;

/** {@link org.charrnn.nn.BasicLSTMCell} on arrays. */
public final class ArrayLSTM implements ArrayCell {
  private static final int GATES = 4;
  private static final int FORGET = 2;

  // The columns of i, f and o are halved: sigmoid(x) is (1 + tanh(x / 2)) / 2.
  private final Matrix kernel; // [input + hidden, 4 * hidden]
  private final float[] bias; // [4 * hidden], with the forget bias
  private final int hidden;

  /**
   * Creates a cell.
   *
   * @param parameters kernel and bias, as {@link org.charrnn.nn.BasicLSTMCell} has them
   * @param forgetBias added to the forget gate
   */
  public ArrayLSTM(List<float[]> parameters, float forgetBias) {
    bias = parameters.get(1).clone();
    hidden = bias.length / GATES;
    for (int j = FORGET * hidden; j < (FORGET + 1) * hidden; j++) {
      bias[j] += forgetBias;
    }
    kernel = new Matrix(parameters.get(0), bias.length);
    for (int gate : new int[] {0, FORGET, FORGET + 1}) {
      kernel.scale(gate * hidden, (gate + 1) * hidden, 0.5f);
      Matrix.scale(bias, gate * hidden, (gate + 1) * hidden, 0.5f);
    }
  }

  @Override
  public Sequence start() {
    return new Started();
  }

  private final class Started implements Sequence {
    private final ArrayProduct gates = new ArrayProduct(kernel, bias);
    private final float[] c = new float[hidden];
    private final float[] h = new float[hidden];
    private final float[] i = new float[hidden];
    private final float[] j = new float[hidden];
    private final float[] f = new float[hidden];
    private final float[] o = new float[hidden];

    @Override
    public float[] read(ArrayInput input, Team team) {
      float[] ijfo = gates.of(input, h, team);
      Activations.tanh(ijfo, ijfo);
      System.arraycopy(ijfo, 0, i, 0, hidden);
      System.arraycopy(ijfo, hidden, j, 0, hidden);
      System.arraycopy(ijfo, FORGET * hidden, f, 0, hidden);
      System.arraycopy(ijfo, (FORGET + 1) * hidden, o, 0, hidden);
      updateC();
      Activations.tanh(c, h);
      for (int k = 0; k < h.length; k++) {
        h[k] *= 0.5f + 0.5f * o[k];
      }
      return h;
    }

    private void updateC() {
      for (int k = 0; k < c.length; k++) {
        c[k] = c[k] * (0.5f + 0.5f * f[k]) + (0.5f + 0.5f * i[k]) * j[k];
      }
    }
  }
}
