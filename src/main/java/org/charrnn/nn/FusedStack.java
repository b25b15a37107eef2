package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Fused layers on top of one another, with dropout on what each reads and on what the last gives.
 *
 * @param cells from the bottom up
 * @param dropout drawn for the batch and the number of time steps that will be unrolled
 */
public record FusedStack(List<FusedCell> cells, SequenceDropout dropout) implements FusedCell {
  public FusedStack {
    cells = List.copyOf(cells);
  }

  @Override
  public int stateTensors() {
    return cells.stream().mapToInt(FusedCell::stateTensors).sum();
  }

  @Override
  public Unrolled unroll(Ops tf, LayerInput input, RnnState initial) {
    List<Unrolled> layers = new ArrayList<>();
    List<Operand<TFloat32>> state = new ArrayList<>();
    LayerInput read = dropout.isOff() ? input : dropped(tf, 0, input.steps());
    int from = 0;
    for (FusedCell cell : cells) {
      int to = from + cell.stateTensors();
      Unrolled layer = cell.unroll(tf, read, new RnnState(initial.tensors().subList(from, to)));
      layers.add(layer);
      state.addAll(layer.state().tensors());
      read = dropped(tf, layers.size(), layer.outputs());
      from = to;
    }
    return new UnrolledStack(layers, read.steps(), new RnnState(state));
  }

  private LayerInput dropped(Ops tf, int place, List<Operand<TFloat32>> steps) {
    return LayerInput.dense(tf, dropout.apply(tf, place, steps));
  }

  private final class UnrolledStack implements Unrolled {
    private final List<Unrolled> layers;
    private final List<Operand<TFloat32>> outputs;
    private final RnnState state;

    UnrolledStack(List<Unrolled> layers, List<Operand<TFloat32>> outputs, RnnState state) {
      this.layers = layers;
      this.outputs = outputs;
      this.state = state;
    }

    @Override
    public List<Operand<TFloat32>> outputs() {
      return outputs;
    }

    @Override
    public RnnState state() {
      return state;
    }

    @Override
    public Gradients gradients(Ops tf, List<Operand<TFloat32>> ofOutputs) {
      List<Operand<TFloat32>> parameters = new ArrayList<>();
      List<Operand<TFloat32>> ofSteps = ofOutputs;
      Operand<TFloat32> ofInput = null;
      for (int layer = layers.size() - 1; layer >= 0; layer--) {
        Gradients gradients =
            layers.get(layer).gradients(tf, dropout.apply(tf, layer + 1, ofSteps));
        parameters.addAll(0, gradients.parameters());
        ofInput = gradients.input();
        ofSteps = TimeMajor.split(tf, ofInput, outputs.size());
      }
      return new Gradients(
          parameters,
          dropout.isOff() ? ofInput : TimeMajor.join(tf, dropout.apply(tf, 0, ofSteps)));
    }
  }
}
