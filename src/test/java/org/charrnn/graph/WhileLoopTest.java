package org.charrnn.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.charrnn.graph.WhileLoop.Variable;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

class WhileLoopTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 10, 1000})
  void loopSumsNumbersBelowN(int n) {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      List<Operand<? extends TType>> result =
          WhileLoop.add(
              tf,
              "sum",
              List.of(scalar(tf.constant(0)), scalar(tf.constant(0)), scalar(tf.constant(n))),
              WhileLoopTest::firstBelowLast,
              (loop, v) ->
                  List.of(
                      loop.math.add(int32(v.get(0)), loop.constant(1)),
                      loop.math.add(int32(v.get(1)), int32(v.get(0))),
                      v.get(2)));
      assertThat(result.get(1).op().type()).isEqualTo("StatelessWhile");
      assertThat(eval.values(result.get(1))).containsExactly(IntStream.range(0, n).sum());
      assertThat(eval.values(result.get(2))).containsExactly(n);
    }
  }

  @Test
  void loopVariableMayBeTensorList() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      var n = tf.constant(5);
      var elementShape = tf.constant(new int[0]);
      var squares = tf.tensorListReserve(elementShape, n, TInt32.class);
      List<Operand<? extends TType>> result =
          WhileLoop.add(
              tf,
              "squares",
              List.of(scalar(tf.constant(0)), scalar(squares), scalar(n)),
              WhileLoopTest::firstBelowLast,
              (loop, v) -> {
                Operand<TInt32> i = int32(v.get(0));
                return List.of(
                    loop.math.add(i, loop.constant(1)),
                    loop.tensorListSetItem(v.get(1), i, loop.math.mul(i, i)),
                    v.get(2));
              });
      var stacked = tf.tensorListStack(result.get(1), elementShape, TInt32.class);
      assertThat(eval.values(stacked)).containsExactly(0, 1, 4, 9, 16);
    }
  }

  @Test
  void bodyMayUseEveryOutputOfAnOperation() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      List<Operand<? extends TType>> result =
          WhileLoop.add(
              tf,
              "rotate",
              List.of(
                  scalar(tf.constant(0)),
                  new Variable(tf.constant(new int[] {1, 2, 3}), Shape.of(3)),
                  new Variable(tf.constant(new int[] {10, 20, 30, 40}), Shape.of(4)),
                  scalar(tf.constant(1))),
              WhileLoopTest::firstBelowLast,
              (loop, v) -> {
                List<Output<TInt32>> three = loop.unstack(int32(v.get(1)), 3L).output();
                List<Output<TInt32>> halves =
                    loop.split(loop.constant(0), int32(v.get(2)), 2L).output();
                return List.of(
                    loop.math.add(int32(v.get(0)), loop.constant(1)),
                    loop.stack(List.of(three.get(1), three.get(2), three.get(0))),
                    loop.concat(List.of(halves.get(1), halves.get(0)), loop.constant(0)),
                    v.get(3));
              });
      assertThat(eval.values(result.get(1))).containsExactly(2, 3, 1);
      assertThat(eval.values(result.get(2))).containsExactly(30, 40, 10, 20);
    }
  }

  @Test
  void nestedLoopReadsVariablesOfOuterLoop() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      List<Operand<? extends TType>> result = // the number of pairs j < i < 5
          WhileLoop.add(
              tf,
              "outer",
              List.of(scalar(tf.constant(0)), scalar(tf.constant(0)), scalar(tf.constant(5))),
              WhileLoopTest::firstBelowLast,
              (outer, v) -> {
                List<Operand<? extends TType>> innerResult =
                    WhileLoop.add(
                        outer,
                        "inner",
                        List.of(scalar(outer.constant(0)), scalar(v.get(1)), scalar(v.get(0))),
                        WhileLoopTest::firstBelowLast,
                        (inner, w) ->
                            List.of(
                                inner.math.add(int32(w.get(0)), inner.constant(1)),
                                inner.math.add(int32(w.get(1)), inner.constant(1)),
                                w.get(2)));
                return List.of(
                    outer.math.add(int32(v.get(0)), outer.constant(1)),
                    innerResult.get(1),
                    v.get(2));
              });
      assertThat(eval.values(result.get(1))).containsExactly(10);
    }
  }

  @Test
  void bodyMayUpdateResourceVariable() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      ResourceVariable counter =
          ResourceVariable.create(
              tf, "counter", Shape.scalar(), (init, dims, type) -> init.zeros(dims, type));
      List<Operand<? extends TType>> result =
          WhileLoop.add(
              tf,
              "count",
              List.of(scalar(tf.constant(0)), scalar(counter.handle()), scalar(tf.constant(4))),
              WhileLoopTest::firstBelowLast,
              (loop, v) -> {
                var add = loop.assignAddVariableOp(v.get(1), loop.constant(10f));
                Ops afterAdd = loop.withControlDependencies(List.of(add));
                return List.of(
                    afterAdd.math.add(int32(v.get(0)), loop.constant(1)), v.get(1), v.get(2));
              });
      assertThat(result.get(0).op().type()).isEqualTo("While"); // rather than StatelessWhile
      eval.initialize();
      assertThat(eval.values(result.get(0))).containsExactly(4);
      assertThat(eval.values(counter.value())).containsExactly(40);
    }
  }

  @Test
  void bodyThatCapturesOuterTensorIsRejected() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      var outside = tf.constant(1);
      List<Variable> variables = List.of(scalar(tf.constant(0)), scalar(tf.constant(1)));
      assertThatThrownBy(
              () ->
                  WhileLoop.add(
                      tf,
                      "capture",
                      variables,
                      WhileLoopTest::firstBelowLast,
                      (loop, v) -> List.of(loop.math.add(int32(v.get(0)), outside), v.get(1))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("different graph");
    }
  }

  private static Variable scalar(Operand<? extends TType> initial) {
    return new Variable(initial, Shape.scalar());
  }

  private static List<Operand<? extends TType>> firstBelowLast(
      Ops tf, List<Operand<? extends TType>> v) {
    return List.of(tf.math.less(int32(v.get(0)), int32(v.get(v.size() - 1))));
  }

  @SuppressWarnings("unchecked") // callers pass int variables only
  private static Operand<TInt32> int32(Operand<? extends TType> operand) {
    return (Operand<TInt32>) operand;
  }
}
