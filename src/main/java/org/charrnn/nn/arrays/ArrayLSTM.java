package org.charrnn.nn.arrays;

import java.util.List;

/** {@link org.charrnn.nn.BasicLSTMCell} on arrays. */
public final class ArrayLSTM implements ArrayCell {
  private static final int GATES = 4;
  private static final int FORGET = 2;

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
  }

  @Override
  public Sequence start() {
    return new Started();
  }

  private final class Started implements Sequence {
    private final float[] c = new float[hidden];
    private final float[] h = new float[hidden];
    private final float[] sums = new float[bias.length];
    private final float[] i = new float[hidden];
    private final float[] j = new float[hidden];
    private final float[] f = new float[hidden];
    private final float[] o = new float[hidden];

    @Override
    public float[] read(ArrayInput input) {
      System.arraycopy(bias, 0, sums, 0, sums.length);
      input.addProduct(kernel, sums);
      kernel.addProduct(h, kernel.height() - hidden, sums);
      System.arraycopy(sums, 0, i, 0, hidden);
      System.arraycopy(sums, hidden, j, 0, hidden);
      System.arraycopy(sums, FORGET * hidden, f, 0, hidden);
      System.arraycopy(sums, (FORGET + 1) * hidden, o, 0, hidden);
      Activations.sigmoid(i, i);
      Activations.tanh(j, j);
      Activations.sigmoid(f, f);
      Activations.sigmoid(o, o);
      updateC();
      Activations.tanh(c, h);
      for (int k = 0; k < h.length; k++) {
        h[k] *= o[k];
      }
      return h;
    }

    private void updateC() {
      for (int k = 0; k < c.length; k++) {
        c[k] = c[k] * f[k] + i[k] * j[k];
      }
    }
  }
}
