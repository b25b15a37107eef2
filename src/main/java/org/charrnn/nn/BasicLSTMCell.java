package org.charrnn.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The LSTM cell of Hochreiter and Schmidhuber (1997) with the forget gate of Gers et al. (1999), in
 * the form of Zaremba et al. (arXiv:1409.2329): TensorFlow 1's {@code BasicLSTMCell}, op by op.
 *
 * <pre>
 * i, j, f, o = split([x, h] * kernel + bias)
 * c' = c * sigmoid(f + forgetBias) + sigmoid(i) * tanh(j)
 * h' = tanh(c') * sigmoid(o)
 * </pre>
 *
 * <p>The gates lie along the kernel's columns as i, j, f, o: input, candidate, forget, output. The
 * state is {@code c}, then {@code h}; the output is {@code h}.
 *
 * @param kernel {@code [input + hidden, 4 * hidden]}
 * @param bias {@code [4 * hidden]}
 * @param forgetBias added to the forget gate before the sigmoid; not part of {@code bias}
 */
public record BasicLSTMCell(Operand<TFloat32> kernel, Operand<TFloat32> bias, float forgetBias)
    implements RnnCell {

  /** Keeps the forget gate open at the start of training (Jozefowicz et al. 2015). */
  public static final float FORGET_BIAS_DEFAULT = 1.0f;

  public BasicLSTMCell {
    Shape kernelShape = kernel.shape();
    Shape biasShape = bias.shape();
    if (kernelShape.numDimensions() != 2
        || biasShape.numDimensions() != 1
        || biasShape.get(0) <= 0
        || biasShape.get(0) % 4 != 0
        || kernelShape.get(1) != biasShape.get(0)
        || kernelShape.get(0) <= biasShape.get(0) / 4) {
      throw new IllegalArgumentException(
          "an LSTM needs a kernel [input + hidden, 4 * hidden] and a bias [4 * hidden], got "
              + kernelShape
              + " and "
              + biasShape);
    }
  }

  /**
   * Creates a cell and its variables.
   *
   * @param scope prefix of the variables' names, {@code <scope>/kernel} and {@code <scope>/bias}
   * @param inputSize size of the last dimension of the input
   * @param hiddenSize size of the hidden state and of the output
   */
  public static BasicLSTMCell create(
      Variables variables, String scope, int inputSize, int hiddenSize) {
    long gates = 4L * hiddenSize;
    return new BasicLSTMCell(
        variables.glorotUniform(scope + "/kernel", (long) inputSize + hiddenSize, gates).value(),
        variables.zeros(scope + "/bias", gates).value(),
        FORGET_BIAS_DEFAULT);
  }

  /**
   * Creates a cell from its weights.
   *
   * @param parameters in the order of {@link #parameterShapes}
   */
  public static BasicLSTMCell of(List<Operand<TFloat32>> parameters) {
    return new BasicLSTMCell(parameters.get(0), parameters.get(1), FORGET_BIAS_DEFAULT);
  }

  /** Returns the names, below the cell's scope, and the shapes of a cell's weights, in order. */
  public static Map<String, Shape> parameterShapes(int inputSize, int hiddenSize) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("kernel", Shape.of((long) inputSize + hiddenSize, 4L * hiddenSize));
    shapes.put("bias", Shape.of(4L * hiddenSize));
    return shapes;
  }

  @Override
  public int inputSize() {
    return Math.toIntExact(kernel.shape().get(0)) - hiddenSize();
  }

  @Override
  public int hiddenSize() {
    return Math.toIntExact(bias.shape().get(0) / 4);
  }

  @Override
  public List<Integer> stateSizes() {
    return List.of(hiddenSize(), hiddenSize());
  }

  @Override
  public List<Operand<TFloat32>> parameters() {
    return List.of(kernel, bias);
  }

  @Override
  public BasicLSTMCell withParameters(List<Operand<TFloat32>> parameters) {
    return new BasicLSTMCell(parameters.get(0), parameters.get(1), forgetBias);
  }

  /**
   * The activated gates of one time step, each {@code [batch, hidden]}.
   *
   * @param i input gate, 0 to 1
   * @param j candidate for the cell state, -1 to 1
   * @param f forget gate, 0 to 1: the share of the cell state that is kept
   * @param o output gate, 0 to 1
   */
  public record Gates(
      Operand<TFloat32> i, Operand<TFloat32> j, Operand<TFloat32> f, Operand<TFloat32> o) {}

  /**
   * Computes the gates of one time step.
   *
   * @param input {@code [batch, inputSize]}
   * @param previous the state after the previous step
   */
  public Gates gates(Ops tf, Operand<TFloat32> input, RnnState previous) {
    Operand<TFloat32> h = previous.require(2).get(1); // [batch, hidden]
    var inputAndH = tf.concat(List.of(input, h), tf.constant(1)); // [batch, input + hidden]
    var all = tf.nn.biasAdd(tf.linalg.matMul(inputAndH, kernel), bias); // [batch, 4 * hidden]
    List<Output<TFloat32>> ijfo = tf.split(tf.constant(1), all, 4L).output();
    return new Gates(
        tf.math.sigmoid(ijfo.get(0)),
        tf.math.tanh(ijfo.get(1)),
        tf.math.sigmoid(tf.math.add(ijfo.get(2), tf.constant(forgetBias))),
        tf.math.sigmoid(ijfo.get(3)));
  }

  @Override
  public Step step(Ops tf, Operand<TFloat32> input, RnnState previous) {
    Operand<TFloat32> c = previous.require(2).get(0); // [batch, hidden]
    Gates gates = gates(tf, input, previous);
    var newC = // [batch, hidden]
        tf.math.add(tf.math.mul(c, gates.f), tf.math.mul(gates.i, gates.j));
    var newH = tf.math.mul(tf.math.tanh(newC), gates.o); // [batch, hidden]
    return new Step(newH, new RnnState(List.of(newC, newH)));
  }
}
