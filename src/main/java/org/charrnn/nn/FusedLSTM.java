package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.LSTMBlockCell;
import org.tensorflow.op.nn.LSTMBlockCellGrad;
import org.tensorflow.types.TFloat32;

/** {@link BasicLSTMCell} by TensorFlow's {@code LSTMBlockCell}, which has the same gates. */
final class FusedLSTM implements FusedCell {
  private final BasicLSTMCell cell;
  private final Operand<TFloat32> toInput; // [4 * hidden, input]
  private final Operand<TFloat32> toH; // [4 * hidden, hidden]
  private final Operand<TFloat32> noPeephole; // [hidden], read by nothing

  FusedLSTM(Ops tf, BasicLSTMCell cell) {
    this.cell = cell;
    toInput = TransposedKernel.inputRows(tf, cell.kernel(), cell.inputSize());
    toH = TransposedKernel.hiddenRows(tf, cell.kernel(), cell.inputSize());
    noPeephole = tf.constant(new float[cell.hiddenSize()]);
  }

  @Override
  public int stateTensors() {
    return cell.stateSizes().size();
  }

  @Override
  public Unrolled unroll(Ops tf, LayerInput input, RnnState initial) {
    List<LSTMBlockCell<TFloat32>> steps = new ArrayList<>();
    List<Operand<TFloat32>> c = new ArrayList<>(List.of(initial.tensors().get(0)));
    List<Operand<TFloat32>> h = new ArrayList<>(List.of(initial.tensors().get(1)));
    for (int t = 0; t < input.steps().size(); t++) {
      LSTMBlockCell<TFloat32> step =
          tf.nn.lSTMBlockCell(
              input.steps().get(t),
              c.get(t),
              h.get(t),
              cell.kernel(),
              noPeephole,
              noPeephole,
              noPeephole,
              cell.bias(),
              LSTMBlockCell.forgetBias(cell.forgetBias()),
              LSTMBlockCell.cellClip(-1f)); // none
      steps.add(step);
      c.add(step.cs());
      h.add(step.h());
    }
    return new UnrolledLSTM(input, steps, c, h);
  }

  /** c and h begin with the initial state, so that step t reads them at t and writes at t + 1. */
  private final class UnrolledLSTM implements Unrolled {
    private final LayerInput input;
    private final List<LSTMBlockCell<TFloat32>> steps;
    private final List<Operand<TFloat32>> c;
    private final List<Operand<TFloat32>> h;

    UnrolledLSTM(
        LayerInput input,
        List<LSTMBlockCell<TFloat32>> steps,
        List<Operand<TFloat32>> c,
        List<Operand<TFloat32>> h) {
      this.input = input;
      this.steps = steps;
      this.c = c;
      this.h = h;
    }

    @Override
    public List<Operand<TFloat32>> outputs() {
      return h.subList(1, h.size());
    }

    @Override
    public RnnState state() {
      return new RnnState(List.of(c.get(steps.size()), h.get(steps.size())));
    }

    @Override
    public Gradients gradients(Ops tf, List<Operand<TFloat32>> ofOutputs) {
      int last = steps.size() - 1;
      List<Operand<TFloat32>> ofGates = new ArrayList<>(ofOutputs); // each [batch, 4 * hidden]
      Operand<TFloat32> ofC = tf.zerosLike(c.get(0));
      Operand<TFloat32> ofH = ofOutputs.get(last);
      for (int t = last; t >= 0; t--) {
        LSTMBlockCellGrad<TFloat32> step = stepGradient(tf, t, ofC, ofH);
        ofGates.set(t, step.dicfo());
        if (t > 0) {
          ofC = step.csPrevGrad();
          ofH = tf.math.add(ofOutputs.get(t - 1), tf.linalg.matMul(step.dicfo(), toH));
        }
      }
      Operand<TFloat32> all = TimeMajor.join(tf, ofGates); // [time * batch, 4 * hidden]
      var ofKernel = // [input + hidden, 4 * hidden]
          tf.concat(
              List.of(
                  input.matrixGradient(tf, all),
                  TimeMajor.matrixGradient(
                      tf, TimeMajor.join(tf, h.subList(0, steps.size())), all)),
              tf.constant(0));
      return new Gradients(
          List.of(ofKernel, TimeMajor.biasGradient(tf, all)), tf.linalg.matMul(all, toInput));
    }

    private LSTMBlockCellGrad<TFloat32> stepGradient(
        Ops tf, int t, Operand<TFloat32> ofC, Operand<TFloat32> ofH) {
      LSTMBlockCell<TFloat32> step = steps.get(t);
      return tf.nn.lSTMBlockCellGrad(
          input.steps().get(t),
          c.get(t),
          h.get(t),
          cell.kernel(),
          noPeephole,
          noPeephole,
          noPeephole,
          cell.bias(),
          step.i(),
          step.cs(),
          step.f(),
          step.o(),
          step.ci(),
          step.co(),
          ofC,
          ofH,
          false);
    }
  }
}
