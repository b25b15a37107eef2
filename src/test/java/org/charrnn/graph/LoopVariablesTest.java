package org.charrnn.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.charrnn.graph.LoopVariables.Handle;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

class LoopVariablesTest {
  /** Variables of four types: the numbers are exact, so the results are equal. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 20})
  void loopOverTypedVariablesEqualsPlainJava(int n) {
    long factorial = 1;
    float sum = 0;
    boolean isEven = true;
    float[] doubled = {1, 3};
    for (int i = 0; i < n; i++) {
      factorial *= i + 1;
      sum += 0.5f * i;
      isEven = !isEven;
      doubled[0] *= 2;
      doubled[1] *= 2;
    }

    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      LoopVariables variables = new LoopVariables();
      Handle<TInt32> index = variables.add(tf.constant(0), Shape.scalar());
      Handle<TInt32> end = variables.add(tf.constant(n), Shape.scalar());
      Handle<TInt64> product = variables.add(tf.constant(1L), Shape.scalar());
      Handle<TFloat32> total = variables.add(tf.constant(0f), Shape.scalar());
      var even = variables.add(tf.constant(true), Shape.scalar());
      Handle<TFloat32> vector = variables.add(tf.constant(new float[] {1, 3}), Shape.of(2));
      LoopVariables.Values result =
          variables.loop(
              tf,
              "loop",
              (loop, v) -> loop.math.less(v.get(index), v.get(end)),
              (loop, v) -> {
                var next = loop.math.add(v.get(index), loop.constant(1));
                v.set(product, loop.math.mul(v.get(product), loop.dtypes.cast(next, TInt64.class)));
                var half =
                    loop.math.mul(
                        loop.dtypes.cast(v.get(index), TFloat32.class), loop.constant(0.5f));
                v.set(total, loop.math.add(v.get(total), half));
                v.set(even, loop.math.logicalNot(v.get(even)));
                v.set(vector, loop.math.add(v.get(vector), v.get(vector)));
                v.set(index, next); // the variable end is not set, so it keeps its value
              });

      assertThat(eval.values(result.get(index))).containsExactly(n);
      assertThat(eval.values(result.get(end))).containsExactly(n);
      assertThat(eval.values(result.get(product))).containsExactly((double) factorial);
      assertThat(eval.values(result.get(total))).containsExactly(sum);
      assertThat(eval.values(tf.dtypes.cast(result.get(even), TInt32.class)))
          .containsExactly(isEven ? 1 : 0);
      assertThat(eval.values(result.get(vector))).containsExactly(doubled[0], doubled[1]);
    }
  }

  /** Fibonacci numbers: both variables are set from the values before the iteration. */
  @Test
  void listOfVariablesIsReadAndSetInOrder() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      LoopVariables variables = new LoopVariables();
      Handle<TInt32> remaining = variables.add(tf.constant(10), Shape.scalar());
      List<Operand<TInt32>> initial = List.of(tf.constant(0), tf.constant(1));
      List<Handle<TInt32>> pair = variables.addAll(initial);
      LoopVariables.Values result =
          variables.loop(
              tf,
              "fibonacci",
              (loop, v) -> loop.math.greater(v.get(remaining), loop.constant(0)),
              (loop, v) -> {
                List<Operand<TInt32>> ab = v.get(pair);
                v.set(pair, List.of(ab.get(1), loop.math.add(ab.get(0), ab.get(1))));
                v.set(remaining, loop.math.sub(v.get(remaining), loop.constant(1)));
              });
      assertThat(eval.values(result.get(pair)))
          .containsExactly(new double[] {55}, new double[] {89});
    }
  }

  @Test
  void variableMayChangeItsShapeWithinTheInvariant() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      LoopVariables variables = new LoopVariables();
      Handle<TInt32> growing = variables.add(tf.constant(new int[] {7}), Shape.of(-1));
      LoopVariables.Values result =
          variables.loop(
              tf,
              "grow",
              (loop, v) -> loop.math.less(loop.size(v.get(growing)), loop.constant(4)),
              (loop, v) ->
                  v.set(
                      growing,
                      loop.concat(List.of(v.get(growing), v.get(growing)), loop.constant(0))));
      assertThat(eval.values(result.get(growing))).containsExactly(7, 7, 7, 7);
    }
  }
}
