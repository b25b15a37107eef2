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
    ArrayProduct product = new ArrayProduct(kernel, bias);
    float[] h = new float[bias.length];
    return (input, team) -> {
      Activations.tanh(product.of(input, h, team), h);
      return h;
    };
  }
}
