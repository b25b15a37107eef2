package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;

/**
 * What a stack of layers drops over a whole sequence.
 *
 * <p>The draws are those of {@link DropoutCell}s that {@link StaticRnn} unrolls, and of {@link
 * Dropout} on what comes out, from the same seed and in the same order.
 */
public final class SequenceDropout {
  private static final SequenceDropout NONE = new SequenceDropout(null, List.of());

  private final Dropout dropout;
  private final List<List<Operand<TFloat32>>> masks; // of each place, of each step, or of none

  private SequenceDropout(Dropout dropout, List<List<Operand<TFloat32>>> masks) {
    this.dropout = dropout;
    this.masks = masks;
  }

  /** Drops nothing. */
  public static SequenceDropout none() {
    return NONE;
  }

  /**
   * Draws what is dropped.
   *
   * @param cells the layers from the bottom up
   * @param input whether anything is dropped of what the lowest layer reads
   * @param batch rows
   */
  public static SequenceDropout draw(
      Ops tf, Dropout dropout, List<RnnCell> cells, boolean input, int batch, int timeSteps) {
    List<List<Operand<TFloat32>>> masks = new ArrayList<>();
    cells.forEach(cell -> masks.add(new ArrayList<>()));
    for (int t = 0; t < timeSteps; t++) {
      for (int layer = input ? 0 : 1; layer < cells.size(); layer++) {
        int inputs = cells.get(layer).inputSize();
        masks.get(layer).add(dropout.mask(tf, tf.constant(new int[] {batch, inputs}), inputs));
      }
    }
    int outputs = cells.get(cells.size() - 1).hiddenSize();
    var shape = tf.constant(new int[] {batch, timeSteps, outputs});
    var mask = dropout.mask(tf, shape, (long) timeSteps * outputs);
    masks.add(List.copyOf(tf.unstack(mask, (long) timeSteps, Unstack.axis(1L)).output()));
    return new SequenceDropout(dropout, masks);
  }

  /** Whether anything is dropped at a place. */
  boolean drops(int place) {
    return !masks.isEmpty() && !masks.get(place).isEmpty();
  }

  /** Returns what is dropped of some rows of the batch. */
  public SequenceDropout rows(Ops tf, int from, int count) {
    return new SequenceDropout(
        dropout,
        masks.stream()
            .map(
                steps ->
                    steps.stream()
                        .<Operand<TFloat32>>map(
                            mask ->
                                tf.slice(
                                    mask,
                                    tf.constant(new int[] {from, 0}),
                                    tf.constant(new int[] {count, -1})))
                        .toList())
            .toList());
  }

  /** The same for a whole sequence. */
  TimeSteps apply(Ops tf, int place, TimeSteps values) {
    return drops(place) ? TimeSteps.join(tf, apply(tf, place, values.steps())) : values;
  }

  /**
   * Returns values, or their gradients, without those that are dropped.
   *
   * @param place the layer that reads them, or the number of layers for what comes out
   * @param steps of each time step, {@code [batch, features]}
   */
  List<Operand<TFloat32>> apply(Ops tf, int place, List<Operand<TFloat32>> steps) {
    if (!drops(place)) {
      return steps;
    }
    List<Operand<TFloat32>> kept = new ArrayList<>();
    for (int t = 0; t < steps.size(); t++) {
      kept.add(dropout.apply(tf, steps.get(t), masks.get(place).get(t)));
    }
    return kept;
  }
}
