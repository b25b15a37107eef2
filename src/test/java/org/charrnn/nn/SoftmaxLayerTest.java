package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;

import org.charrnn.graph.ResourceVariable;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;

class SoftmaxLayerTest {
  @Test
  void logitsAreProductPlusBiasWithoutActivation() {
    double[][] x = {{1, 2}, {-3, 4}};
    double[][] w = {{10, 20, 30}, {1, -2, 3}};
    double[] b = {100, 0, -1};
    try (Eval eval = new Eval()) {
      var layer = new SoftmaxLayer(eval.constant(w), eval.constant(b));
      assertThat(eval.values(layer.logits(eval.tf(), eval.constant(x))))
          .containsExactly(112, 16, 35, 74, -68, -79);
    }
  }

  /** The embeddings of three classes, a row for each. */
  @Test
  void tiedLayerMultipliesByTheTransposedEmbeddings() {
    double[][] x = {{1, 2}, {-3, 4}};
    double[][] embedding = {{10, 1}, {20, -2}, {30, 3}};
    double[] b = {100, 0, -1};
    try (Eval eval = new Eval()) {
      var layer = SoftmaxLayer.tied(eval.constant(embedding), eval.constant(b));
      assertThat(eval.values(layer.logits(eval.tf(), eval.constant(x))))
          .containsExactly(112, 16, 35, 74, -68, -79);
      assertThat(eval.values(layer.matrix(eval.tf()))).containsExactly(10, 20, 30, 1, -2, 3);
    }
  }

  @Test
  void newLayerHasTheOriginalNamesAndZeroBias() {
    try (Eval eval = new Eval()) {
      Variables variables = new Variables(eval.tf(), 1);
      SoftmaxLayer layer = SoftmaxLayer.create(variables, 5, 3);
      assertThat(variables.trainable())
          .extracting(ResourceVariable::toString)
          .containsExactly("softmax_w [5, 3]", "softmax_b [3]");
      eval.initialize();
      assertThat(eval.values(layer.b())).containsOnly(0);
    }
  }
}
