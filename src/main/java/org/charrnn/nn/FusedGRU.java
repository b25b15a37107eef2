package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.SigmoidGrad;
import org.tensorflow.op.math.TanhGrad;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * {@link GRUCell} for training. TensorFlow's {@code GRUBlockCellGrad} would do a backward step at
 * once, but multiplies by weights that are not transposed: that takes a sixth longer.
 */
final class FusedGRU implements FusedCell {
  private final GRUCell cell;
  private final SplitKernel<?> gates;
  private final SplitKernel<?> candidate;

  FusedGRU(Ops tf, GRUCell cell, Class<? extends TFloating> products) {
    this.cell = cell;
    gates = new SplitKernel<>(tf, cell.gatesKernel(), cell.gatesBias(), cell.inputSize(), products);
    candidate =
        new SplitKernel<>(
            tf, cell.candidateKernel(), cell.candidateBias(), cell.inputSize(), products);
  }

  @Override
  public int stateTensors() {
    return cell.stateSizes().size();
  }

  /** What a time step gives, each {@code [batch, hidden]}, and what its backward pass needs. */
  private record Step(
      Operand<TFloat32> previousH,
      Operand<TFloat32> r,
      Operand<TFloat32> u,
      Operand<TFloat32> resetH, // r * previous h
      Operand<TFloat32> c,
      Operand<TFloat32> change, // previous h - c
      Operand<TFloat32> h) {}

  @Override
  public Unrolled unroll(Ops tf, LayerInput input, RnnState initial) {
    List<Operand<TFloat32>> ofGates = gates.ofInputs(tf, input);
    List<Operand<TFloat32>> ofCandidates = candidate.ofInputs(tf, input);
    List<Step> steps = new ArrayList<>();
    Operand<TFloat32> h = initial.tensors().get(0);
    for (int t = 0; t < ofGates.size(); t++) {
      Step step = step(tf, ofGates.get(t), ofCandidates.get(t), h);
      steps.add(step);
      h = step.h();
    }
    List<Operand<TFloat32>> states = new ArrayList<>(initial.tensors());
    steps.forEach(step -> states.add(step.h()));
    return new UnrolledGRU(tf, input, steps, TimeSteps.join(tf, states));
  }

  private Step step(
      Ops tf, Operand<TFloat32> ofGates, Operand<TFloat32> ofCandidate, Operand<TFloat32> h) {
    var ru = tf.math.sigmoid(gates.add(tf, ofGates, h)); // [batch, 2 * hidden]
    List<Output<TFloat32>> parts = tf.split(tf.constant(1), ru, 2L).output();
    Operand<TFloat32> r = parts.get(0);
    Operand<TFloat32> u = parts.get(1);
    var resetH = tf.math.mul(r, h);
    var c = tf.math.tanh(candidate.add(tf, ofCandidate, resetH));
    var change = tf.math.sub(h, c);
    return new Step(h, r, u, resetH, c, change, tf.math.add(tf.math.mul(u, change), c));
  }

  private final class UnrolledGRU implements Unrolled {
    private final LayerInput input;
    private final List<Step> steps;
    private final TimeSteps previousH;
    private final TimeSteps h;

    /**
     * @param states the initial one, and the one after each step
     */
    UnrolledGRU(Ops tf, LayerInput input, List<Step> steps, TimeSteps states) {
      this.input = input;
      this.steps = steps;
      previousH = states.part(tf, 0, steps.size());
      h = states.part(tf, 1, steps.size());
    }

    @Override
    public TimeSteps outputs() {
      return h;
    }

    @Override
    public RnnState state() {
      return new RnnState(List.of(steps.get(steps.size() - 1).h()));
    }

    /** Gradients before the activations of one time step, and of the state before it. */
    private record StepGradients(
        Operand<TFloat32> ofGates, // [batch, 2 * hidden]
        Operand<TFloat32> ofCandidate, // [batch, hidden]
        Operand<TFloat32> ofPreviousH) {} // [batch, hidden]

    private StepGradients stepGradients(Ops tf, Step step, Operand<TFloat32> ofH) {
      var ofC = tf.math.sub(ofH, tf.math.mul(ofH, step.u()));
      var ofCandidate = TanhGrad.create(tf.scope(), step.c(), ofC);
      var ofResetH = candidate.toHidden(tf, ofCandidate);
      var ofR = SigmoidGrad.create(tf.scope(), step.r(), tf.math.mul(ofResetH, step.previousH()));
      var ofU = SigmoidGrad.create(tf.scope(), step.u(), tf.math.mul(ofH, step.change()));
      var ofGates = tf.concat(List.of(ofR, ofU), tf.constant(1));
      var ofPreviousH =
          tf.math.addN(
              List.of(
                  tf.math.mul(ofH, step.u()),
                  tf.math.mul(ofResetH, step.r()),
                  gates.toHidden(tf, ofGates)));
      return new StepGradients(ofGates, ofCandidate, ofPreviousH);
    }

    @Override
    public Gradients gradients(Ops tf, List<Operand<TFloat32>> ofOutputs) {
      int last = steps.size() - 1;
      List<Operand<TFloat32>> ofGates = new ArrayList<>(ofOutputs);
      List<Operand<TFloat32>> ofCandidates = new ArrayList<>(ofOutputs);
      Operand<TFloat32> ofH = ofOutputs.get(last);
      for (int t = last; t >= 0; t--) {
        StepGradients step = stepGradients(tf, steps.get(t), ofH);
        ofGates.set(t, step.ofGates());
        ofCandidates.set(t, step.ofCandidate());
        if (t > 0) {
          ofH = tf.math.add(ofOutputs.get(t - 1), step.ofPreviousH());
        }
      }
      TimeSteps resetH = TimeSteps.join(tf, steps.stream().map(Step::resetH).toList());
      Gradients one = gates.gradients(tf, input, previousH, ofGates);
      Gradients other = candidate.gradients(tf, input, resetH, ofCandidates);
      return new Gradients(
          Stream.concat(one.parameters().stream(), other.parameters().stream()).toList(),
          IntStream.rangeClosed(0, last)
              .<Operand<TFloat32>>mapToObj(
                  t -> tf.math.add(one.inputs().get(t), other.inputs().get(t)))
              .toList());
    }
  }
}
