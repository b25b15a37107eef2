package org.charrnn.nn.fused;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.nn.BasicRNNCell;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.TanhGrad;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** {@link BasicRNNCell} for fast training. */
final class FusedRNN implements FusedCell {
  private final SplitKernel<?> kernel;

  FusedRNN(Ops tf, BasicRNNCell cell, Class<? extends TFloating> matMulType) {
    kernel = new SplitKernel<>(tf, cell.kernel(), cell.bias(), cell.inputSize(), matMulType);
  }

  @Override
  public int stateTensors() {
    return 1;
  }

  @Override
  public Unrolled unroll(Ops tf, LayerInput input, RnnState initial) {
    List<Operand<TFloat32>> h = new ArrayList<>(initial.require(stateTensors()));
    for (Operand<TFloat32> inputProduct : kernel.inputProducts(tf, input)) {
      h.add(tf.math.tanh(kernel.addHiddenProduct(tf, inputProduct, h.get(h.size() - 1))));
    }
    return new UnrolledRNN(tf, input, TimeSteps.join(tf, h));
  }

  @Override
  public RnnCell.Step step(Ops tf, StepInput input, RnnState previous) {
    var h = tf.math.tanh(input.sum(tf, kernel, previous.require(stateTensors()).get(0)));
    return new RnnCell.Step(h, new RnnState(List.of(h)));
  }

  private final class UnrolledRNN implements Unrolled {
    private final LayerInput input;
    private final TimeSteps states;
    private final TimeSteps previousH;
    private final TimeSteps h;

    /**
     * @param states the initial state, then the one after each time step
     */
    UnrolledRNN(Ops tf, LayerInput input, TimeSteps states) {
      this.input = input;
      this.states = states;
      previousH = states.part(tf, 0, input.timeSteps());
      h = states.part(tf, 1, input.timeSteps());
    }

    @Override
    public TimeSteps outputs() {
      return h;
    }

    @Override
    public List<TimeSteps> states(Ops tf) {
      return List.of(states);
    }

    @Override
    public RnnState state() {
      return new RnnState(List.of(h.steps().get(h.steps().size() - 1)));
    }

    @Override
    public Gradients gradients(Ops tf, List<Operand<TFloat32>> dOutputs) {
      int last = dOutputs.size() - 1;
      List<Operand<TFloat32>> dSums = new ArrayList<>(dOutputs); // each [batch, hidden]
      Operand<TFloat32> dH = dOutputs.get(last);
      for (int t = last; t >= 0; t--) {
        dSums.set(t, TanhGrad.create(tf.scope(), h.steps().get(t), dH));
        if (t > 0) {
          dH = tf.math.add(dOutputs.get(t - 1), kernel.dHidden(tf, dSums.get(t)));
        }
      }
      return kernel.gradients(tf, input, previousH, dSums);
    }
  }
}
