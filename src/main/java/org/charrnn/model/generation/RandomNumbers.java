package org.charrnn.model.generation;

import java.util.List;
import org.charrnn.graph.LoopVariables;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * The random numbers, in [0, 1), with which a loop samples tokens. {@link
 * org.charrnn.decoding.RowRandom} says what they are.
 */
@FunctionalInterface
interface RandomNumbers {
  /** Adds the tensors that the numbers need to the variables of a loop, for all rows. */
  Inside addTo(Ops tf, LoopVariables variables);

  /** The numbers inside the loop. */
  interface Inside {
    /**
     * Changes the variables of a loop to those of a part of the rows.
     *
     * @param part of the rows that the variables are for
     */
    void takeRows(Ops tf, LoopVariables.Values initial, RowParts.Part part);

    /**
     * Returns the numbers of an iteration, {@code [rows, numbers]}.
     *
     * @param rows number of rows, scalar
     * @param iteration counted from 0, scalar
     */
    Operand<TFloat32> next(
        Ops tf, LoopVariables.Values v, Operand<TInt32> rows, Operand<TInt32> iteration);
  }

  /**
   * Returns numbers that are fed.
   *
   * @param numbers {@code [iterations, rows, numbers]}
   */
  static RandomNumbers given(Operand<TFloat32> numbers) {
    return (outer, variables) -> {
      var all = variables.add(numbers, Shape.of(-1, -1, -1));
      return new Inside() {
        @Override
        public void takeRows(Ops tf, LoopVariables.Values initial, RowParts.Part part) {
          var zero = tf.constant(0);
          var every = tf.constant(-1);
          initial.set(
              all,
              tf.slice(
                  numbers,
                  tf.stack(List.of(zero, part.from(), zero)),
                  tf.stack(List.of(every, part.count(), every))));
        }

        @Override
        public Operand<TFloat32> next(
            Ops tf, LoopVariables.Values v, Operand<TInt32> rows, Operand<TInt32> iteration) {
          return tf.gather(v.get(all), iteration, tf.constant(0));
        }
      };
    };
  }

  /**
   * Returns numbers that the graph computes for the rows 0, 1, 2 and so on.
   *
   * @param seed scalar
   * @param first number of the loop's first iteration, counted from the start of the texts, scalar
   */
  static RandomNumbers seeded(Operand<TInt64> seed, Operand<TInt32> first, IterationSize size) {
    return (outer, variables) -> {
      var seedInLoop = variables.add(seed, Shape.scalar());
      var firstInLoop = variables.add(first, Shape.scalar());
      var firstRow = variables.add(outer.constant(0), Shape.scalar());
      return new Inside() {
        @Override
        public void takeRows(Ops tf, LoopVariables.Values initial, RowParts.Part part) {
          initial.set(firstRow, part.from());
        }

        @Override
        public Operand<TFloat32> next(
            Ops tf, LoopVariables.Values v, Operand<TInt32> rows, Operand<TInt32> iteration) {
          var position = tf.math.add(v.get(firstInLoop), iteration);
          var seeds = tf.stack(List.of(v.get(seedInLoop), tf.dtypes.cast(position, TInt64.class)));
          var blocks = tf.math.mul(v.get(firstRow), tf.constant(size.randomBlocks()));
          var shape = tf.stack(List.of(rows, tf.constant(size.randomNumbers())));
          return uniform(tf, shape, seeds, tf.dtypes.cast(blocks, TInt64.class));
        }
      };
    };
  }

  /** TensorFlow's number of the algorithm. */
  int PHILOX = 1;

  /**
   * Computes numbers by Philox 4x32, skipping those of earlier rows. Without any to skip, they are
   * those of {@code StatelessRandomUniform}.
   *
   * @param shape {@code [2]}
   * @param seeds {@code [2]}
   * @param skippedBlocks of four numbers, scalar
   */
  private static Operand<TFloat32> uniform(
      Ops tf, Operand<TInt32> shape, Operand<TInt64> seeds, Operand<TInt64> skippedBlocks) {
    Operation start =
        tf.scope()
            .opBuilder("StatelessRandomGetKeyCounter", "KeyCounter")
            .addInput(seeds.asOutput())
            .build();
    // TensorFlow-Java has no class for the type of keys and counters.
    var skipped = tf.stack(List.of(skippedBlocks, tf.constant(0L)));
    Operation unsigned =
        tf.scope()
            .opBuilder("Bitcast", "Skipped")
            .addInput(skipped.asOutput())
            .setAttr("type", DataType.DT_UINT64)
            .build();
    Operation counter =
        tf.scope()
            .opBuilder("AddV2", "Counter")
            .addInput(start.output(1))
            .addInput(unsigned.output(0))
            .build();
    return tf.scope()
        .opBuilder("StatelessRandomUniformV2", "Uniform")
        .addInput(shape.asOutput())
        .addInput(start.output(0))
        .addInput(counter.output(0))
        .addInput(tf.constant(PHILOX).asOutput())
        .setAttr("dtype", DataType.DT_FLOAT)
        .build()
        .output(0);
  }
}
