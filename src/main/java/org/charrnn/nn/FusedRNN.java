package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.TanhGrad;
import org.tensorflow.types.TFloat32;

/** {@link BasicRNNCell} for training. */
final class FusedRNN implements FusedCell {
  private final SplitKernel kernel;

  FusedRNN(Ops tf, BasicRNNCell cell) {
    kernel = new SplitKernel(tf, cell.kernel(), cell.bias(), cell.inputSize());
  }

  @Override
  public int stateTensors() {
    return 1;
  }

  @Override
  public Unrolled unroll(Ops tf, LayerInput input, RnnState initial) {
    List<Operand<TFloat32>> h = new ArrayList<>(initial.tensors());
    for (Operand<TFloat32> ofInput : kernel.ofInputs(tf, input)) {
      h.add(tf.math.tanh(kernel.add(tf, ofInput, h.get(h.size() - 1))));
    }
    return new UnrolledRNN(input, h);
  }

  /** h begins with the initial state, so that step t reads it at t and writes at t + 1. */
  private final class UnrolledRNN implements Unrolled {
    private final LayerInput input;
    private final List<Operand<TFloat32>> h;

    UnrolledRNN(LayerInput input, List<Operand<TFloat32>> h) {
      this.input = input;
      this.h = h;
    }

    @Override
    public List<Operand<TFloat32>> outputs() {
      return h.subList(1, h.size());
    }

    @Override
    public RnnState state() {
      return new RnnState(List.of(h.get(h.size() - 1)));
    }

    @Override
    public Gradients gradients(Ops tf, List<Operand<TFloat32>> ofOutputs) {
      int last = ofOutputs.size() - 1;
      List<Operand<TFloat32>> ofSums = new ArrayList<>(ofOutputs); // each [batch, hidden]
      Operand<TFloat32> ofH = ofOutputs.get(last);
      for (int t = last; t >= 0; t--) {
        ofSums.set(t, TanhGrad.create(tf.scope(), h.get(t + 1), ofH));
        if (t > 0) {
          ofH = tf.math.add(ofOutputs.get(t - 1), kernel.toHidden(tf, ofSums.get(t)));
        }
      }
      Operand<TFloat32> all = TimeMajor.join(tf, ofSums); // [time * batch, hidden]
      var previous = TimeMajor.join(tf, h.subList(0, last + 1));
      return new Gradients(kernel.gradients(tf, input, previous, all), kernel.toInputs(tf, all));
    }
  }
}
