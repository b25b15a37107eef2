package org.charrnn.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The plain recurrent cell (Elman 1990): TensorFlow 1's {@code BasicRNNCell}.
 *
 * <pre>
 * h' = tanh([x, h] * kernel + bias)
 * </pre>
 *
 * <p>The state is {@code h}, and so is the output.
 *
 * @param kernel {@code [input + hidden, hidden]}
 * @param bias {@code [hidden]}
 */
public record BasicRNNCell(Operand<TFloat32> kernel, Operand<TFloat32> bias) implements RnnCell {

  public BasicRNNCell {
    Shape kernelShape = kernel.shape();
    Shape biasShape = bias.shape();
    if (kernelShape.numDimensions() != 2
        || biasShape.numDimensions() != 1
        || kernelShape.get(1) != biasShape.get(0)
        || kernelShape.get(0) <= biasShape.get(0)) {
      throw new IllegalArgumentException(
          "an RNN needs a kernel [input + hidden, hidden] and a bias [hidden], got %s and %s"
              .formatted(kernelShape, biasShape));
    }
  }

  /**
   * Creates a cell and its variables.
   *
   * @param scope prefix of the variables' names, {@code <scope>/kernel} and {@code <scope>/bias}
   * @param inputSize size of the last dimension of the input
   * @param hiddenSize size of the hidden state and of the output
   */
  public static BasicRNNCell create(
      Variables variables, String scope, int inputSize, int hiddenSize) {
    return new BasicRNNCell(
        variables
            .glorotUniform(scope + "/kernel", (long) inputSize + hiddenSize, hiddenSize)
            .value(),
        variables.zeros(scope + "/bias", hiddenSize).value());
  }

  /**
   * Creates a cell from its weights.
   *
   * @param parameters in the order of {@link #parameterShapes}
   */
  public static BasicRNNCell of(List<Operand<TFloat32>> parameters) {
    return new BasicRNNCell(parameters.get(0), parameters.get(1));
  }

  /** Returns the names, below the cell's scope, and the shapes of a cell's weights, in order. */
  public static Map<String, Shape> parameterShapes(int inputSize, int hiddenSize) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("kernel", Shape.of((long) inputSize + hiddenSize, hiddenSize));
    shapes.put("bias", Shape.of(hiddenSize));
    return shapes;
  }

  @Override
  public int inputSize() {
    return Math.toIntExact(kernel.shape().get(0)) - hiddenSize();
  }

  @Override
  public int hiddenSize() {
    return Math.toIntExact(bias.shape().get(0));
  }

  @Override
  public List<Integer> stateSizes() {
    return List.of(hiddenSize());
  }

  @Override
  public List<Operand<TFloat32>> parameters() {
    return List.of(kernel, bias);
  }

  @Override
  public BasicRNNCell withParameters(List<Operand<TFloat32>> parameters) {
    return of(parameters);
  }

  @Override
  public Step step(Ops tf, Operand<TFloat32> input, RnnState previous) {
    Operand<TFloat32> h = previous.require(1).get(0); // [batch, hidden]

    var inputAndH = tf.concat(List.of(input, h), tf.constant(1)); // [batch, input + hidden]
    var newH = // [batch, hidden]
        tf.math.tanh(tf.nn.biasAdd(tf.linalg.matMul(inputAndH, kernel), bias));
    return new Step(newH, new RnnState(List.of(newH)));
  }
}
