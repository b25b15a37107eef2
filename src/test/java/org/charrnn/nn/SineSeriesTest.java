package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The package used on numbers: a recurrent layer, a dense layer and a squared error. */
class SineSeriesTest {
  private static final int WINDOW = 10; // values before the one to predict

  @Test
  void gruPredictsTheNextValueOfASine() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      Variables variables = new Variables(tf, 1);
      RnnCell cell = GRUCell.create(variables, "rnn/gru_cell", 1, 16);
      Operand<TFloat32> w = variables.glorotUniform("dense/kernel", 16, 1).value();
      Operand<TFloat32> b = variables.zeros("dense/bias", 1).value();
      var trainingError = meanSquaredError(eval, cell, w, b, 0, 200);

      Op trainOp =
          new Adam(tf, variables.trainable())
              .minimize(tf, trainingError, tf.constant(0.01f), "train");
      eval.initialize();
      IntStream.range(0, 300).forEach(step -> eval.run(trainOp));

      // The best guess from the last value alone has an error of sin(0.3)^2 / 2 = 0.0437.
      // Measured: 6e-7.
      var unseenError = meanSquaredError(eval, cell, w, b, 200, 300);
      assertThat(eval.values(unseenError)[0]).isLessThan(0.01 * 0.0437);
    }
  }

  private static Operand<TFloat32> meanSquaredError(
      Eval eval, RnnCell cell, Operand<TFloat32> w, Operand<TFloat32> b, int from, int to) {
    Ops tf = eval.tf();
    double[][] x =
        IntStream.range(from, to).mapToObj(t -> sine(t, WINDOW)).toArray(double[][]::new);
    Operand<TFloat32> y = eval.constant(sine(from + WINDOW, to - from)); // [batch]
    var zeros = cell.zeroState(tf, tf.constant(x.length));
    var input = tf.expandDims(eval.constant(x), tf.constant(2)); // [batch, time, 1]
    RnnState last = StaticRnn.unroll(tf, cell, input, WINDOW, zeros).state();
    var next = tf.nn.biasAdd(tf.linalg.matMul(last.tensors().get(0), w), b); // [batch, 1]
    return tf.math.mean(tf.math.squaredDifference(tf.squeeze(next), y), tf.constant(0));
  }

  private static double[] sine(int from, int length) {
    return IntStream.range(from, from + length).mapToDouble(t -> Math.sin(0.3 * t)).toArray();
  }
}
