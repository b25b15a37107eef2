package org.charrnn.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.settings.BatchShape;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;

class TrainingGraphTest {
  @Test
  void everyStepOfTheCourseHasItsName() {
    GradientSetup gradients =
        GradientSetup.withoutNoise(
            ModelConfig.lab(4, 3, 2), BatchPart.whole(new BatchShape(2, 3)), ComputeKernel.OPS);
    try (Eval eval = new Eval()) {
      TrainingGraphs.add(eval.tf(), new TrainingSetup(gradients, Float.POSITIVE_INFINITY, false));
      Stream.of(
              "X",
              "X_one_hot",
              "X_for_softmax",
              "outputs",
              "Y",
              "sequence_loss",
              "mean_loss",
              "train_op",
              "predictions")
          .forEach(name -> assertThat(eval.graph().operation(name)).as(name).isNotNull());
    }
  }
}
