package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A stack of cells: each layer reads the output of the layer below. TensorFlow 1's {@code
 * MultiRNNCell}.
 *
 * @param cells from the bottom layer to the top, each with its own weights
 */
public record MultiRNNCell(List<RnnCell> cells) implements RnnCell {
  public MultiRNNCell {
    cells = List.copyOf(cells);
    if (cells.isEmpty()) {
      throw new IllegalArgumentException("a stack needs at least one cell");
    }
    for (int layer = 1; layer < cells.size(); layer++) {
      int below = cells.get(layer - 1).hiddenSize();
      int inputSize = cells.get(layer).inputSize();
      if (below != inputSize) {
        throw new IllegalArgumentException(
            "cell %d has input size %d, but cell %d below it has hidden size %d"
                .formatted(layer, inputSize, layer - 1, below));
      }
    }
  }

  @Override
  public int inputSize() {
    return cells.get(0).inputSize();
  }

  @Override
  public int hiddenSize() {
    return cells.get(cells.size() - 1).hiddenSize();
  }

  @Override
  public List<Integer> stateSizes() {
    return cells.stream().flatMap(cell -> cell.stateSizes().stream()).toList();
  }

  @Override
  public List<Operand<TFloat32>> parameters() {
    return cells.stream().flatMap(cell -> cell.parameters().stream()).toList();
  }

  @Override
  public MultiRNNCell withParameters(List<Operand<TFloat32>> parameters) {
    List<RnnCell> bound = new ArrayList<>();
    int from = 0;
    for (RnnCell cell : cells) {
      int to = from + cell.parameters().size();
      bound.add(cell.withParameters(parameters.subList(from, to)));
      from = to;
    }
    return new MultiRNNCell(bound);
  }

  @Override
  public Step step(Ops tf, Operand<TFloat32> input, RnnState previous) {
    List<Operand<TFloat32>> state = previous.require(stateSizes().size());
    Operand<TFloat32> output = input;
    List<Operand<TFloat32>> next = new ArrayList<>();
    int from = 0;
    for (RnnCell cell : cells) {
      int to = from + cell.stateSizes().size();
      Step step = cell.step(tf, output, new RnnState(state.subList(from, to)));
      output = step.output();
      next.addAll(step.state().tensors());
      from = to;
    }
    return new Step(output, new RnnState(next));
  }
}
