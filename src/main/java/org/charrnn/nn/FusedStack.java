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
    LayerInput read =
        dropout.drops(0) ? LayerInput.dense(dropout.apply(tf, 0, input.numbers(tf))) : input;
    int from = 0;
    for (FusedCell cell : cells) {
      int to = from + cell.stateTensors();
      Unrolled layer = cell.unroll(tf, read, new RnnState(initial.tensors().subList(from, to)));
      layers.add(layer);
      state.addAll(layer.state().tensors());
      read = LayerInput.dense(dropout.apply(tf, layers.size(), layer.outputs()));
      from = to;
    }
    return new UnrolledStack(layers, read.numbers(tf), new RnnState(state));
  }

  private final class UnrolledStack implements Unrolled {
    private final List<Unrolled> layers;
    private final TimeSteps outputs;
    private final RnnState state;

    UnrolledStack(List<Unrolled> layers, TimeSteps outputs, RnnState state) {
      this.layers = layers;
      this.outputs = outputs;
      this.state = state;
    }

    @Override
    public TimeSteps outputs() {
      return outputs;
    }

    @Override
    public RnnState state() {
      return state;
    }

    @Override
    public Gradients gradients(Ops tf, List<Operand<TFloat32>> ofOutputs) {
      List<GradientParts> parameters = new ArrayList<>();
      List<Operand<TFloat32>> ofValues = dropout.apply(tf, layers.size(), ofOutputs);
      for (int layer = layers.size() - 1; layer >= 0; layer--) {
        Gradients gradients = layers.get(layer).gradients(tf, ofValues);
        parameters.addAll(0, gradients.parameters());
        ofValues = dropout.apply(tf, layer, gradients.inputs());
      }
      return new Gradients(parameters, ofValues);
    }
  }
}
