package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.LSTMBlockCellGrad;
import org.tensorflow.types.TFloat32;

/**
 * {@link BasicLSTMCell} for training. Its backward pass is TensorFlow's {@code LSTMBlockCellGrad},
 * which has the same gates in the same order.
 *
 * <p>Forward, {@code LSTMBlockCell} would do the same as the operations here, but multiplies inputs
 * step by step: with a hidden size of 512 that takes a tenth longer.
 */
final class FusedLSTM implements FusedCell {
  private final BasicLSTMCell cell;
  private final SplitKernel kernel;
  private final Operand<TFloat32> noPeephole; // [hidden], read by nothing

  FusedLSTM(Ops tf, BasicLSTMCell cell) {
    this.cell = cell;
    kernel = new SplitKernel(tf, cell.kernel(), cell.bias(), cell.inputSize());
    noPeephole = tf.constant(new float[cell.hiddenSize()]);
  }

  @Override
  public int stateTensors() {
    return cell.stateSizes().size();
  }

  /** What a time step gives, each {@code [batch, hidden]}, and what its backward pass needs. */
  private record Step(
      Operand<TFloat32> input,
      Operand<TFloat32> previousC,
      Operand<TFloat32> previousH,
      Operand<TFloat32> i,
      Operand<TFloat32> j,
      Operand<TFloat32> f,
      Operand<TFloat32> o,
      Operand<TFloat32> c,
      Operand<TFloat32> tanhC,
      Operand<TFloat32> h) {}

  @Override
  public Unrolled unroll(Ops tf, LayerInput input, RnnState initial) {
    List<Operand<TFloat32>> ofInputs = kernel.ofInputs(tf, input);
    List<Step> steps = new ArrayList<>();
    Operand<TFloat32> c = initial.tensors().get(0);
    Operand<TFloat32> h = initial.tensors().get(1);
    for (int t = 0; t < ofInputs.size(); t++) {
      Step step = step(tf, input.steps().get(t), kernel.add(tf, ofInputs.get(t), h), c, h);
      steps.add(step);
      c = step.c();
      h = step.h();
    }
    return new UnrolledLSTM(input, steps);
  }

  private Step step(
      Ops tf,
      Operand<TFloat32> input,
      Operand<TFloat32> gates, // [batch, 4 * hidden]
      Operand<TFloat32> previousC,
      Operand<TFloat32> previousH) {
    List<Output<TFloat32>> ijfo = tf.split(tf.constant(1), gates, 4L).output();
    var i = tf.math.sigmoid(ijfo.get(0));
    var j = tf.math.tanh(ijfo.get(1));
    var f = tf.math.sigmoid(tf.math.add(ijfo.get(2), tf.constant(cell.forgetBias())));
    var o = tf.math.sigmoid(ijfo.get(3));
    var c = tf.math.add(tf.math.mul(previousC, f), tf.math.mul(i, j));
    var tanhC = tf.math.tanh(c);
    return new Step(input, previousC, previousH, i, j, f, o, c, tanhC, tf.math.mul(tanhC, o));
  }

  private final class UnrolledLSTM implements Unrolled {
    private final LayerInput input;
    private final List<Step> steps;

    UnrolledLSTM(LayerInput input, List<Step> steps) {
      this.input = input;
      this.steps = steps;
    }

    @Override
    public List<Operand<TFloat32>> outputs() {
      return steps.stream().map(Step::h).toList();
    }

    @Override
    public RnnState state() {
      Step last = steps.get(steps.size() - 1);
      return new RnnState(List.of(last.c(), last.h()));
    }

    @Override
    public Gradients gradients(Ops tf, List<Operand<TFloat32>> ofOutputs) {
      int last = steps.size() - 1;
      List<Operand<TFloat32>> ofGates = new ArrayList<>(ofOutputs); // each [batch, 4 * hidden]
      Operand<TFloat32> ofC = tf.zerosLike(steps.get(last).c());
      Operand<TFloat32> ofH = ofOutputs.get(last);
      for (int t = last; t >= 0; t--) {
        LSTMBlockCellGrad<TFloat32> step = stepGradient(tf, steps.get(t), ofC, ofH);
        ofGates.set(t, step.dicfo());
        if (t > 0) {
          ofC = step.csPrevGrad();
          ofH = tf.math.add(ofOutputs.get(t - 1), kernel.toHidden(tf, step.dicfo()));
        }
      }
      Operand<TFloat32> all = TimeMajor.join(tf, ofGates); // [time * batch, 4 * hidden]
      var hidden = TimeMajor.join(tf, steps.stream().map(Step::previousH).toList());
      return new Gradients(kernel.gradients(tf, input, hidden, all), kernel.toInputs(tf, all));
    }

    private LSTMBlockCellGrad<TFloat32> stepGradient(
        Ops tf, Step step, Operand<TFloat32> ofC, Operand<TFloat32> ofH) {
      return tf.nn.lSTMBlockCellGrad(
          step.input(),
          step.previousC(),
          step.previousH(),
          cell.kernel(),
          noPeephole,
          noPeephole,
          noPeephole,
          cell.bias(),
          step.i(),
          step.c(),
          step.f(),
          step.o(),
          step.j(),
          step.tanhC(),
          ofC,
          ofH,
          false);
    }
  }
}
