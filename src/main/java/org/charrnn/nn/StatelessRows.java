package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Bitcast;
import org.tensorflow.op.random.StatelessRandomGetKeyCounter;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/**
 * Draws some rows of the tensor that {@code StatelessRandomUniform} would draw, without drawing the
 * rows before them.
 *
 * <p>Philox (Salmon et al. 2011) turns each value of a counter into a block of four numbers, and
 * TensorFlow fills a tensor block by block, so the counter of the first number is known.
 */
final class StatelessRows {
  private static final long BLOCK = 4; // numbers for each value of the counter
  private static final int PHILOX = 1; // tf.random.Algorithm

  private StatelessRows() {}

  /**
   * Draws numbers in [0, 1).
   *
   * @param seeds {@code [2]}
   * @param shape of the rows
   * @param rowSize numbers in a row
   * @param firstRow scalar, index of the first row
   */
  static Operand<TFloat32> uniform(
      Ops tf,
      Operand<TInt64> seeds,
      Operand<TInt32> shape,
      long rowSize,
      Operand<TInt64> firstRow) {
    StatelessRandomGetKeyCounter start = tf.random.statelessRandomGetKeyCounter(seeds);
    if (rowSize % BLOCK == 0) { // each row starts a block
      var blocks = tf.math.mul(firstRow, tf.constant(rowSize / BLOCK));
      return draw(tf, shape, start, blocks);
    }
    var before = tf.math.mul(firstRow, tf.constant(rowSize));
    var count = tf.reduceProd(shape, tf.constant(0));
    var room = tf.math.add(count, tf.constant((int) BLOCK - 1));
    var numbers = // starting with the block that holds the first number
        draw(
            tf,
            tf.expandDims(room, tf.constant(0)),
            start,
            tf.math.floorDiv(before, tf.constant(BLOCK)));
    var from = tf.dtypes.cast(tf.math.floorMod(before, tf.constant(BLOCK)), TInt32.class);
    var rows =
        tf.slice(
            numbers, tf.expandDims(from, tf.constant(0)), tf.expandDims(count, tf.constant(0)));
    return tf.reshape(rows, shape);
  }

  private static Operand<TFloat32> draw(
      Ops tf, Operand<TInt32> shape, StatelessRandomGetKeyCounter start, Operand<TInt64> blocks) {
    var skipped = tf.stack(List.of(blocks, tf.constant(0L))); // the low word first
    var counter = tf.math.add(tf.bitcast(start.counter(), TInt64.class), skipped);
    return tf.random.statelessRandomUniformV2(
        shape, start.key(), uint64(tf, counter), tf.constant(PHILOX), TFloat32.class);
  }

  /** TensorFlow-Java has no class for this type. */
  private static Output<? extends TType> uint64(Ops tf, Operand<TInt64> value) {
    return tf.scope()
        .env()
        .opBuilder(Bitcast.OP_NAME, tf.scope().makeOpName(Bitcast.OP_NAME), tf.scope())
        .addInput(value.asOutput())
        .setAttr("type", DataType.DT_UINT64)
        .build()
        .output(0);
  }
}
