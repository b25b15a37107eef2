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
 * The gated recurrent unit of Cho et al. (arXiv:1406.1078): TensorFlow 1's {@code GRUCell}, op by
 * op.
 *
 * <pre>
 * r, u = split(sigmoid([x, h] * gatesKernel + gatesBias))
 * c    = tanh([x, r * h] * candidateKernel + candidateBias)
 * h'   = u * h + (1 - u) * c
 * </pre>
 *
 * <p>The gates lie along the kernel's columns as r, u: reset, update. The state is {@code h}, and
 * so is the output.
 *
 * @param gatesKernel {@code [input + hidden, 2 * hidden]}
 * @param gatesBias {@code [2 * hidden]}
 * @param candidateKernel {@code [input + hidden, hidden]}
 * @param candidateBias {@code [hidden]}
 */
public record GRUCell(
    Operand<TFloat32> gatesKernel,
    Operand<TFloat32> gatesBias,
    Operand<TFloat32> candidateKernel,
    Operand<TFloat32> candidateBias)
    implements RnnCell {

  /** Initial gate biases, as in TensorFlow 1: at first the cell neither resets nor updates. */
  private static final double GATES_BIAS = 1.0;

  public GRUCell {
    Shape gates = gatesKernel.shape();
    Shape candidate = candidateKernel.shape();
    Shape bias = candidateBias.shape();
    if (gates.numDimensions() != 2
        || bias.numDimensions() != 1
        || !candidate.equals(Shape.of(gates.get(0), bias.get(0)))
        || gates.get(1) != 2 * bias.get(0)
        || !gatesBias.shape().equals(Shape.of(2 * bias.get(0)))
        || gates.get(0) <= bias.get(0)) {
      throw new IllegalArgumentException(
          "a GRU needs kernels [input + hidden, 2 * hidden] and [input + hidden, hidden] and biases"
              + " [2 * hidden] and [hidden], got %s, %s, %s and %s"
                  .formatted(gates, candidate, gatesBias.shape(), bias));
    }
  }

  /**
   * Creates a cell and its variables.
   *
   * @param scope prefix of the variables' names: {@code <scope>/gates/kernel} and {@code bias},
   *     {@code <scope>/candidate/kernel} and {@code bias}
   * @param inputSize size of the last dimension of the input
   * @param hiddenSize size of the hidden state and of the output
   */
  public static GRUCell create(Variables variables, String scope, int inputSize, int hiddenSize) {
    long rows = (long) inputSize + hiddenSize;
    return new GRUCell(
        variables.glorotUniform(scope + "/gates/kernel", rows, 2L * hiddenSize).value(),
        variables.constant(scope + "/gates/bias", 2L * hiddenSize, GATES_BIAS).value(),
        variables.glorotUniform(scope + "/candidate/kernel", rows, hiddenSize).value(),
        variables.zeros(scope + "/candidate/bias", hiddenSize).value());
  }

  /**
   * Creates a cell from its weights.
   *
   * @param parameters in the order of {@link #parameterShapes}
   */
  public static GRUCell of(List<Operand<TFloat32>> parameters) {
    return new GRUCell(parameters.get(0), parameters.get(1), parameters.get(2), parameters.get(3));
  }

  /** Returns the names, below the cell's scope, and the shapes of a cell's weights, in order. */
  public static Map<String, Shape> parameterShapes(int inputSize, int hiddenSize) {
    long rows = (long) inputSize + hiddenSize;
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("gates/kernel", Shape.of(rows, 2L * hiddenSize));
    shapes.put("gates/bias", Shape.of(2L * hiddenSize));
    shapes.put("candidate/kernel", Shape.of(rows, hiddenSize));
    shapes.put("candidate/bias", Shape.of(hiddenSize));
    return shapes;
  }

  @Override
  public int inputSize() {
    return Math.toIntExact(gatesKernel.shape().get(0)) - hiddenSize();
  }

  @Override
  public int hiddenSize() {
    return Math.toIntExact(candidateBias.shape().get(0));
  }

  @Override
  public List<Integer> stateSizes() {
    return List.of(hiddenSize());
  }

  @Override
  public List<Operand<TFloat32>> parameters() {
    return List.of(gatesKernel, gatesBias, candidateKernel, candidateBias);
  }

  @Override
  public GRUCell withParameters(List<Operand<TFloat32>> parameters) {
    return of(parameters);
  }

  @Override
  public Step step(Ops tf, Operand<TFloat32> input, RnnState previous) {
    Operand<TFloat32> h = previous.require(1).get(0); // [batch, hidden]

    var inputAndH = tf.concat(List.of(input, h), tf.constant(1)); // [batch, input + hidden]
    var gates = // [batch, 2 * hidden]
        tf.math.sigmoid(tf.nn.biasAdd(tf.linalg.matMul(inputAndH, gatesKernel), gatesBias));
    List<Output<TFloat32>> ru = tf.split(tf.constant(1), gates, 2L).output();
    Operand<TFloat32> r = ru.get(0); // each [batch, hidden]
    Operand<TFloat32> u = ru.get(1);

    var inputAndReset = tf.concat(List.of(input, tf.math.mul(r, h)), tf.constant(1));
    var c = // [batch, hidden]
        tf.math.tanh(
            tf.nn.biasAdd(tf.linalg.matMul(inputAndReset, candidateKernel), candidateBias));
    var newH = // [batch, hidden]
        tf.math.add(tf.math.mul(u, h), tf.math.mul(tf.math.sub(tf.constant(1f), u), c));
    return new Step(newH, new RnnState(List.of(newH)));
  }
}
