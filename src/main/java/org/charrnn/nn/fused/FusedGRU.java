package org.charrnn.nn.fused;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.nn.GRUCell;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.SigmoidGrad;
import org.tensorflow.op.math.TanhGrad;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * {@link GRUCell} for fast training. TensorFlow's {@code GRUBlockCellGrad} would compute a backward
 * step in one operation, but it multiplies by weights that are not transposed, which takes a sixth
 * longer.
 */
final class FusedGRU implements FusedCell {
  private final GRUCell cell;
  private final SplitKernel<?> gates;
  private final SplitKernel<?> candidate;

  FusedGRU(Ops tf, GRUCell cell, Class<? extends TFloating> matMulType) {
    this.cell = cell;
    gates =
        new SplitKernel<>(tf, cell.gatesKernel(), cell.gatesBias(), cell.inputSize(), matMulType);
    candidate =
        new SplitKernel<>(
            tf, cell.candidateKernel(), cell.candidateBias(), cell.inputSize(), matMulType);
  }

  @Override
  public int stateTensors() {
    return cell.stateSizes().size();
  }

  /** The values of one time step that its backward pass needs, each {@code [batch, hidden]}. */
  private record Step(
      Operand<TFloat32> previousH,
      Operand<TFloat32> r,
      Operand<TFloat32> u,
      Operand<TFloat32> resetH, // r * previous h
      Operand<TFloat32> c,
      Operand<TFloat32> hMinusC, // previous h - c
      Operand<TFloat32> h) {}

  @Override
  public Unrolled unroll(Ops tf, LayerInput input, RnnState initial) {
    List<Operand<TFloat32>> gateInputs = gates.inputProducts(tf, input);
    List<Operand<TFloat32>> candidateInputs = candidate.inputProducts(tf, input);
    List<Step> steps = new ArrayList<>();
    List<Operand<TFloat32>> states = new ArrayList<>(initial.require(stateTensors()));
    for (int t = 0; t < gateInputs.size(); t++) {
      Operand<TFloat32> candidateInput = candidateInputs.get(t);
      Operand<TFloat32> h = states.get(t);
      Step step =
          activate(
              tf,
              gates.addHiddenProduct(tf, gateInputs.get(t), h),
              h,
              resetH -> candidate.addHiddenProduct(tf, candidateInput, resetH));
      steps.add(step);
      states.add(step.h());
    }
    return new UnrolledGRU(tf, input, steps, TimeSteps.join(tf, states));
  }

  /**
   * Computes one time step.
   *
   * @param gateSum of both gates before the activation, {@code [batch, 2 * hidden]}
   * @param h the previous one
   * @param candidateSum returns the candidate before the activation, given r * h
   */
  private static Step activate(
      Ops tf,
      Operand<TFloat32> gateSum,
      Operand<TFloat32> h,
      UnaryOperator<Operand<TFloat32>> candidateSum) {
    var ru = tf.math.sigmoid(gateSum);
    List<Output<TFloat32>> halves = tf.split(tf.constant(1), ru, 2L).output();
    Operand<TFloat32> r = halves.get(0);
    Operand<TFloat32> u = halves.get(1);
    var resetH = tf.math.mul(r, h);
    var c = tf.math.tanh(candidateSum.apply(resetH));
    var hMinusC = tf.math.sub(h, c);
    return new Step(h, r, u, resetH, c, hMinusC, tf.math.add(tf.math.mul(u, hMinusC), c));
  }

  @Override
  public RnnCell.Step step(Ops tf, StepInput input, RnnState previous) {
    Operand<TFloat32> h = previous.require(stateTensors()).get(0);
    Operand<TFloat32> newH =
        activate(tf, input.sum(tf, gates, h), h, resetH -> input.sum(tf, candidate, resetH)).h();
    return new RnnCell.Step(newH, new RnnState(List.of(newH)));
  }

  private final class UnrolledGRU implements Unrolled {
    private final LayerInput input;
    private final List<Step> steps;
    private final TimeSteps states;
    private final TimeSteps previousH;
    private final TimeSteps h;

    /**
     * @param states the initial state, then the one after each time step
     */
    UnrolledGRU(Ops tf, LayerInput input, List<Step> steps, TimeSteps states) {
      this.input = input;
      this.steps = steps;
      this.states = states;
      previousH = states.part(tf, 0, steps.size());
      h = states.part(tf, 1, steps.size());
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
      return new RnnState(List.of(steps.get(steps.size() - 1).h()));
    }

    /**
     * Gradients of one time step.
     *
     * @param dGates before the activation, {@code [batch, 2 * hidden]}
     * @param dCandidate before the activation, {@code [batch, hidden]}
     * @param dPreviousH {@code [batch, hidden]}
     */
    private record StepGradients(
        Operand<TFloat32> dGates, Operand<TFloat32> dCandidate, Operand<TFloat32> dPreviousH) {}

    private StepGradients stepGradients(Ops tf, Step step, Operand<TFloat32> dH) {
      var dC = tf.math.sub(dH, tf.math.mul(dH, step.u()));
      var dCandidate = TanhGrad.create(tf.scope(), step.c(), dC);
      var dResetH = candidate.dHidden(tf, dCandidate);
      var dR = SigmoidGrad.create(tf.scope(), step.r(), tf.math.mul(dResetH, step.previousH()));
      var dU = SigmoidGrad.create(tf.scope(), step.u(), tf.math.mul(dH, step.hMinusC()));
      var dGates = tf.concat(List.of(dR, dU), tf.constant(1));
      var dPreviousH =
          tf.math.addN(
              List.of(
                  tf.math.mul(dH, step.u()),
                  tf.math.mul(dResetH, step.r()),
                  gates.dHidden(tf, dGates)));
      return new StepGradients(dGates, dCandidate, dPreviousH);
    }

    @Override
    public Gradients gradients(Ops tf, List<Operand<TFloat32>> dOutputs) {
      int last = steps.size() - 1;
      List<Operand<TFloat32>> dGates = new ArrayList<>(dOutputs);
      List<Operand<TFloat32>> dCandidates = new ArrayList<>(dOutputs);
      Operand<TFloat32> dH = dOutputs.get(last);
      for (int t = last; t >= 0; t--) {
        StepGradients step = stepGradients(tf, steps.get(t), dH);
        dGates.set(t, step.dGates());
        dCandidates.set(t, step.dCandidate());
        if (t > 0) {
          dH = tf.math.add(dOutputs.get(t - 1), step.dPreviousH());
        }
      }
      TimeSteps resetH = TimeSteps.join(tf, steps.stream().map(Step::resetH).toList());
      Gradients ofGates = gates.gradients(tf, input, previousH, dGates);
      Gradients ofCandidate = candidate.gradients(tf, input, resetH, dCandidates);
      return new Gradients(
          Stream.concat(ofGates.dParameters().stream(), ofCandidate.dParameters().stream())
              .toList(),
          IntStream.rangeClosed(0, last)
              .<Operand<TFloat32>>mapToObj(
                  t -> tf.math.add(ofGates.dInputs().get(t), ofCandidate.dInputs().get(t)))
              .toList());
    }
  }
}
