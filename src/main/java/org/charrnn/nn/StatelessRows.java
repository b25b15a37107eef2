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
 * Some rows of what {@code StatelessRandomUniform} would draw, without drawing those before them.
 *
 * <p>Philox (Salmon et al. 2011) makes of a counter a block of four numbers, and TensorFlow fills a
 * tensor with block after block; so the counter of the rows' first number is known.
 */
final class StatelessRows {
  private static final long BLOCK = 4; // numbers of one counter
  private static final int PHILOX = 1; // tf.random.Algorithm

  private StatelessRows() {}

  /**
   * Draws numbers from 0 to below 1.
   *
   * @param seeds two numbers
   * @param shape of the rows
   * @param rowSize numbers in a row
   * @param firstRow scalar, how many rows come before
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
    var numbers = // from the block on that the first number is in
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

  /** A type that TensorFlow-Java has no class for. */
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
