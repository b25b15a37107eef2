package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.SigmoidGrad;
import org.tensorflow.op.math.TanhGrad;
import org.tensorflow.op.nn.GRUBlockCell;
import org.tensorflow.types.TFloat32;

/** {@link GRUCell} by TensorFlow's {@code GRUBlockCell}, which has the same gates. */
final class FusedGRU implements FusedCell {
  private final GRUCell cell;
  private final Operand<TFloat32> gatesToInput; // [2 * hidden, input]
  private final Operand<TFloat32> gatesToH; // [2 * hidden, hidden]
  private final Operand<TFloat32> candidateToInput; // [hidden, input]
  private final Operand<TFloat32> candidateToRH; // [hidden, hidden]

  FusedGRU(Ops tf, GRUCell cell) {
    this.cell = cell;
    gatesToInput = TransposedKernel.inputRows(tf, cell.gatesKernel(), cell.inputSize());
    gatesToH = TransposedKernel.hiddenRows(tf, cell.gatesKernel(), cell.inputSize());
    candidateToInput = TransposedKernel.inputRows(tf, cell.candidateKernel(), cell.inputSize());
    candidateToRH = TransposedKernel.hiddenRows(tf, cell.candidateKernel(), cell.inputSize());
  }

  @Override
  public int stateTensors() {
    return cell.stateSizes().size();
  }

  @Override
  public Unrolled unroll(Ops tf, LayerInput input, RnnState initial) {
    List<GRUBlockCell<TFloat32>> steps = new ArrayList<>();
    List<Operand<TFloat32>> h = new ArrayList<>(initial.tensors());
    for (int t = 0; t < input.steps().size(); t++) {
      GRUBlockCell<TFloat32> step =
          tf.nn.gRUBlockCell(
              input.steps().get(t),
              h.get(t),
              cell.gatesKernel(),
              cell.candidateKernel(),
              cell.gatesBias(),
              cell.candidateBias());
      steps.add(step);
      h.add(step.h());
    }
    return new UnrolledGRU(input, steps, h);
  }

  /** h begins with the initial state, so that step t reads it at t and writes at t + 1. */
  private final class UnrolledGRU implements Unrolled {
    private final LayerInput input;
    private final List<GRUBlockCell<TFloat32>> steps;
    private final List<Operand<TFloat32>> h;

    UnrolledGRU(LayerInput input, List<GRUBlockCell<TFloat32>> steps, List<Operand<TFloat32>> h) {
      this.input = input;
      this.steps = steps;
      this.h = h;
    }

    @Override
    public List<Operand<TFloat32>> outputs() {
      return h.subList(1, h.size());
    }

    @Override
    public RnnState state() {
      return new RnnState(List.of(h.get(steps.size())));
    }

    /** Gradients before the activations of one time step, and of the state before it. */
    private record StepGradients(
        Operand<TFloat32> ofGates, // [batch, 2 * hidden]
        Operand<TFloat32> ofCandidate, // [batch, hidden]
        Operand<TFloat32> ofH) {} // [batch, hidden]

    private StepGradients stepGradients(Ops tf, int t, Operand<TFloat32> ofNewH) {
      Operand<TFloat32> before = h.get(t);
      Operand<TFloat32> r = steps.get(t).r();
      Operand<TFloat32> u = steps.get(t).u();
      Operand<TFloat32> c = steps.get(t).c();
      var ofCandidate =
          TanhGrad.create(tf.scope(), c, tf.math.mul(ofNewH, tf.math.sub(tf.constant(1f), u)));
      var ofRH = tf.linalg.matMul(ofCandidate, candidateToRH);
      var ofR = SigmoidGrad.create(tf.scope(), r, tf.math.mul(ofRH, before));
      var ofU = SigmoidGrad.create(tf.scope(), u, tf.math.mul(ofNewH, tf.math.sub(before, c)));
      var ofGates = tf.concat(List.of(ofR, ofU), tf.constant(1));
      var ofH =
          tf.math.addN(
              List.of(
                  tf.math.mul(ofNewH, u),
                  tf.math.mul(ofRH, r),
                  tf.linalg.matMul(ofGates, gatesToH)));
      return new StepGradients(ofGates, ofCandidate, ofH);
    }

    @Override
    public Gradients gradients(Ops tf, List<Operand<TFloat32>> ofOutputs) {
      int last = steps.size() - 1;
      List<Operand<TFloat32>> gates = new ArrayList<>(ofOutputs); // each [batch, 2 * hidden]
      List<Operand<TFloat32>> candidates = new ArrayList<>(ofOutputs); // each [batch, hidden]
      Operand<TFloat32> ofH = ofOutputs.get(last);
      for (int t = last; t >= 0; t--) {
        StepGradients step = stepGradients(tf, t, ofH);
        gates.set(t, step.ofGates());
        candidates.set(t, step.ofCandidate());
        if (t > 0) {
          ofH = tf.math.add(ofOutputs.get(t - 1), step.ofH());
        }
      }
      Operand<TFloat32> ofGates = TimeMajor.join(tf, gates); // [time * batch, 2 * hidden]
      Operand<TFloat32> ofCandidates = TimeMajor.join(tf, candidates); // [time * batch, hidden]
      Operand<TFloat32> before = TimeMajor.join(tf, h.subList(0, steps.size()));
      Operand<TFloat32> r =
          TimeMajor.join(tf, steps.stream().<Operand<TFloat32>>map(GRUBlockCell::r).toList());
      return new Gradients(
          List.of(
              kernelGradient(tf, before, ofGates),
              TimeMajor.biasGradient(tf, ofGates),
              kernelGradient(tf, tf.math.mul(r, before), ofCandidates),
              TimeMajor.biasGradient(tf, ofCandidates)),
          tf.math.add(
              tf.linalg.matMul(ofGates, gatesToInput),
              tf.linalg.matMul(ofCandidates, candidateToInput)));
    }

    private Operand<TFloat32> kernelGradient(
        Ops tf, Operand<TFloat32> hidden, Operand<TFloat32> ofProducts) {
      return tf.concat(
          List.of(
              input.matrixGradient(tf, ofProducts),
              TimeMajor.matrixGradient(tf, hidden, ofProducts)),
          tf.constant(0));
    }
  }
}
