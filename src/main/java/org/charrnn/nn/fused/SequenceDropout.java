package org.charrnn.nn.fused;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.nn.Dropout;
import org.charrnn.nn.DropoutCell;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.StaticRnn;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;

/**
 * The dropout masks of a stack of layers for a whole sequence.
 *
 * <p>The masks equal those of {@link DropoutCell}s that {@link StaticRnn} unrolls, followed by
 * {@link Dropout} on the output of the stack, from the same seed and in the same order.
 *
 * <p>Mask {@code i} applies to the input of layer {@code i}; the last mask applies to the output.
 */
public final class SequenceDropout {
  private static final SequenceDropout NONE = new SequenceDropout(null, List.of());

  private final Dropout dropout;

  /** For each layer and the output, a mask for each time step; an empty list where none applies. */
  private final List<List<Operand<TFloat32>>> masks;

  private SequenceDropout(Dropout dropout, List<List<Operand<TFloat32>>> masks) {
    this.dropout = dropout;
    this.masks = masks;
  }

  /** Returns masks that drop nothing. */
  public static SequenceDropout none() {
    return NONE;
  }

  /**
   * Draws the masks.
   *
   * @param cells the layers from the bottom to the top
   * @param dropInput whether dropout applies to the input of the lowest layer
   * @param batch rows in the batch
   */
  public static SequenceDropout draw(
      Ops tf, Dropout dropout, List<RnnCell> cells, boolean dropInput, int batch, int timeSteps) {
    List<List<Operand<TFloat32>>> masks = new ArrayList<>();
    cells.forEach(cell -> masks.add(new ArrayList<>()));
    for (int t = 0; t < timeSteps; t++) {
      for (int layer = dropInput ? 0 : 1; layer < cells.size(); layer++) {
        int inputSize = cells.get(layer).inputSize();
        var shape = tf.constant(new int[] {batch, inputSize});
        masks.get(layer).add(dropout.mask(tf, shape, inputSize));
      }
    }
    int outputSize = cells.get(cells.size() - 1).hiddenSize();
    var shape = tf.constant(new int[] {batch, timeSteps, outputSize});
    var mask = dropout.mask(tf, shape, (long) timeSteps * outputSize);
    masks.add(List.copyOf(tf.unstack(mask, (long) timeSteps, Unstack.axis(1L)).output()));
    return new SequenceDropout(dropout, masks);
  }

  /** Whether values at an index are dropped at all. */
  boolean hasMask(int index) {
    return !masks.isEmpty() && !masks.get(index).isEmpty();
  }

  /** Returns the masks of some rows of the batch. */
  public SequenceDropout rows(Ops tf, int from, int count) {
    var begin = tf.constant(new int[] {from, 0});
    var size = tf.constant(new int[] {count, -1});
    List<List<Operand<TFloat32>>> rows = new ArrayList<>();
    for (List<Operand<TFloat32>> steps : masks) {
      rows.add(steps.stream().<Operand<TFloat32>>map(m -> tf.slice(m, begin, size)).toList());
    }
    return new SequenceDropout(dropout, rows);
  }

  /** Applies a mask to a whole sequence. */
  TimeSteps apply(Ops tf, int index, TimeSteps values) {
    return hasMask(index) ? TimeSteps.join(tf, apply(tf, index, values.steps())) : values;
  }

  /**
   * Applies a mask to values or to their gradients.
   *
   * @param index layer whose input they are, or the number of layers for the output
   * @param steps one for each time step, {@code [batch, features]}
   */
  List<Operand<TFloat32>> apply(Ops tf, int index, List<Operand<TFloat32>> steps) {
    if (!hasMask(index)) {
      return steps;
    }
    List<Operand<TFloat32>> masked = new ArrayList<>();
    for (int t = 0; t < steps.size(); t++) {
      masked.add(dropout.apply(tf, steps.get(t), masks.get(index).get(t)));
    }
    return masked;
  }
}
