package org.charrnn.nn.fused;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A stack of fused layers, with dropout on the input of each layer and on the output of the last.
 *
 * @param cells from the bottom layer to the top
 * @param dropout of the rows that will be unrolled
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
    List<Operand<TFloat32>> initialState = initial.require(stateTensors());
    List<Unrolled> layers = new ArrayList<>();
    List<Operand<TFloat32>> state = new ArrayList<>();
    LayerInput layerInput =
        dropout.drops(0) ? LayerInput.dense(dropout.apply(tf, 0, input.values(tf))) : input;
    int from = 0;
    for (FusedCell cell : cells) {
      int to = from + cell.stateTensors();
      Unrolled layer = cell.unroll(tf, layerInput, new RnnState(initialState.subList(from, to)));
      layers.add(layer);
      state.addAll(layer.state().tensors());
      layerInput = LayerInput.dense(dropout.apply(tf, layers.size(), layer.outputs()));
      from = to;
    }
    return new UnrolledStack(layers, layerInput.values(tf), new RnnState(state));
  }

  /** Dropout is for sequences only. */
  @Override
  public RnnCell.Step step(Ops tf, StepInput input, RnnState previous) {
    List<Operand<TFloat32>> previousState = previous.require(stateTensors());
    List<Operand<TFloat32>> state = new ArrayList<>();
    StepInput layerInput = input;
    Operand<TFloat32> output = null;
    for (FusedCell cell : cells) {
      int from = state.size();
      List<Operand<TFloat32>> ofLayer = previousState.subList(from, from + cell.stateTensors());
      RnnCell.Step step = cell.step(tf, layerInput, new RnnState(ofLayer));
      state.addAll(step.state().tensors());
      output = step.output();
      layerInput = StepInput.dense(output);
    }
    return new RnnCell.Step(output, new RnnState(state));
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
    public List<TimeSteps> states(Ops tf) {
      return layers.stream().flatMap(layer -> layer.states(tf).stream()).toList();
    }

    @Override
    public RnnState state() {
      return state;
    }

    @Override
    public Gradients gradients(Ops tf, List<Operand<TFloat32>> dOutputs) {
      List<GradientParts> dParameters = new ArrayList<>();
      List<Operand<TFloat32>> dValues = dropout.apply(tf, layers.size(), dOutputs);
      for (int layer = layers.size() - 1; layer >= 0; layer--) {
        Gradients gradients = layers.get(layer).gradients(tf, dValues);
        dParameters.addAll(0, gradients.dParameters());
        dValues = dropout.apply(tf, layer, gradients.dInputs());
      }
      return new Gradients(dParameters, dValues);
    }
  }
}
