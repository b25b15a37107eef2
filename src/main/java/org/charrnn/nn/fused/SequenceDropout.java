package org.charrnn.nn.fused;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.charrnn.nn.Dropout;
import org.charrnn.nn.DropoutCell;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.StaticRnn;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Dropout in a stack of layers, the same in all time steps of a sequence.
 *
 * <p>The factors equal those of {@link DropoutCell}s that {@link StaticRnn} unrolls, followed by
 * {@link Dropout#applyToSequence} on the output of the stack, from the same seed.
 *
 * @param factors for the input of each layer and then for the output of the last, each {@code
 *     [batch, features]}; empty where nothing is dropped
 */
public record SequenceDropout(List<Optional<Operand<TFloat32>>> factors) {
  /** Returns dropout that drops nothing. */
  public static SequenceDropout none(int layers) {
    return new SequenceDropout(Collections.nCopies(layers + 1, Optional.empty()));
  }

  /**
   * Draws the factors.
   *
   * @param cells the layers from the bottom to the top
   * @param dropInput whether dropout applies to the input of the lowest layer
   * @param batch rows in the batch
   */
  public static SequenceDropout draw(
      Ops tf, Dropout dropout, List<RnnCell> cells, boolean dropInput, int batch) {
    List<Optional<Operand<TFloat32>>> factors = new ArrayList<>();
    for (RnnCell cell : cells) {
      boolean drops = dropInput || !factors.isEmpty();
      factors.add(
          drops ? Optional.of(draw(tf, dropout, batch, cell.inputSize())) : Optional.empty());
    }
    int outputSize = cells.get(cells.size() - 1).hiddenSize();
    factors.add(Optional.of(draw(tf, dropout, batch, outputSize)));
    return new SequenceDropout(factors);
  }

  private static Operand<TFloat32> draw(Ops tf, Dropout dropout, int batch, int features) {
    return dropout.factors(tf, tf.constant(new int[] {batch, features}), features);
  }

  /** Whether values at an index are dropped at all. */
  boolean drops(int index) {
    return factors.get(index).isPresent();
  }

  /** Returns the dropout of some rows of the batch. */
  public SequenceDropout rows(Ops tf, int from, int count) {
    var begin = tf.constant(new int[] {from, 0});
    var size = tf.constant(new int[] {count, -1});
    List<Optional<Operand<TFloat32>>> rows = new ArrayList<>();
    for (Optional<Operand<TFloat32>> all : factors) {
      rows.add(all.map(values -> tf.slice(values, begin, size)));
    }
    return new SequenceDropout(rows);
  }

  /** Applies dropout to a whole sequence. */
  TimeSteps apply(Ops tf, int index, TimeSteps values) {
    return drops(index) ? TimeSteps.join(tf, apply(tf, index, values.steps())) : values;
  }

  /**
   * Applies dropout to values or to their gradients.
   *
   * @param index layer whose input they are, or the number of layers for the output
   * @param steps one for each time step, {@code [batch, features]}
   */
  List<Operand<TFloat32>> apply(Ops tf, int index, List<Operand<TFloat32>> steps) {
    Optional<Operand<TFloat32>> kept = factors.get(index);
    return kept.isEmpty()
        ? steps
        : steps.stream().<Operand<TFloat32>>map(values -> tf.math.mul(values, kept.get())).toList();
  }
}
