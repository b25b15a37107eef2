package org.charrnn.nn;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

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

  /** Where the gates' biases start: neither reset nor update at first, as in TensorFlow 1. */
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
   * Makes a cell with variables of its own.
   *
   * @param scope prefix of the variables' names: {@code <scope>/gates/kernel} and {@code bias},
   *     {@code <scope>/candidate/kernel} and {@code bias}
   * @param inputSize features of the input
   * @param hiddenSize features of the output
   */
  public static GRUCell create(Variables variables, String scope, int inputSize, int hiddenSize) {
    long rows = (long) inputSize + hiddenSize;
    return new GRUCell(
        variables.glorotUniform(scope + "/gates/kernel", rows, 2L * hiddenSize).value(),
        variables.constant(scope + "/gates/bias", 2L * hiddenSize, GATES_BIAS).value(),
        variables.glorotUniform(scope + "/candidate/kernel", rows, hiddenSize).value(),
        variables.zeros(scope + "/candidate/bias", hiddenSize).value());
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
    return new GRUCell(parameters.get(0), parameters.get(1), parameters.get(2), parameters.get(3));
  }

  @Override
  public Optional<FusedCell> fused(Ops tf, Class<? extends TFloating> products) {
    return Optional.of(new FusedGRU(tf, this, products));
  }

  @Override
  public Step step(Ops tf, Operand<TFloat32> input, RnnState previous) {
    Operand<TFloat32> h = previous.tensors().get(0); // [batch, hidden]

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
