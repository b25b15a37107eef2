package org.charrnn.nn.arrays;

import java.util.List;

/** {@link org.charrnn.nn.BasicRNNCell} on arrays. */
public final class ArrayRNN implements ArrayCell {
  private final Matrix kernel; // [input + hidden, hidden]
  private final float[] bias; // [hidden]

  /**
   * Creates a cell.
   *
   * @param parameters kernel and bias
   */
  public ArrayRNN(List<float[]> parameters) {
    bias = parameters.get(1).clone();
    kernel = new Matrix(parameters.get(0), bias.length);
  }

  @Override
  public Sequence start() {
    float[] h = new float[bias.length];
    float[] sums = new float[bias.length];
    return input -> {
      System.arraycopy(bias, 0, sums, 0, sums.length);
      input.addProduct(kernel, sums);
      kernel.addProduct(h, kernel.height() - h.length, sums);
      Activations.tanh(sums, h);
      return h;
    };
  }
}
