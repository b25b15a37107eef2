package org.charrnn.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.engine.Engine;
import org.charrnn.engine.SumWork;
import org.charrnn.engine.TaskCache;
import org.charrnn.engine.Work;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.GraphSession;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.model.training.UpdateSession;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.LearningRates;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.Slicing;
import org.charrnn.text.batches.StreamBatcher;
import org.charrnn.train.Setups;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;

/**
 * The driver of a sliced training holds weights, optimizer and state, but not the unrolled network:
 * only the engine's tasks build that, wherever they run.
 */
class DriverGraphTest {
  private static final int LAYERS = 10;
  private static final int HIDDEN = 4;

  /** An engine on other machines: nothing runs in this process. */
  private static final class RemoteEngine implements Engine {
    @Override
    public <S extends Serializable, I extends Serializable, R extends Serializable> List<R> map(
        Work<S, I, R> work, S shared, List<I> items) {
      throw new AssertionError("not used by a training");
    }

    @Override
    public <S extends Serializable, I extends Serializable, R extends Serializable> R sum(
        SumWork<S, I, R> work, S shared, List<I> items) {
      throw new AssertionError("the driver is only opened");
    }

    @Override
    public void release(String owner) {}

    @Override
    public void close() {}
  }

  private static TrainingSetup setup(int layers, int sequenceLength, ComputeKernel kernel) {
    return Setups.streams(
        ModelConfig.lab(5, HIDDEN, layers),
        new BatchShape(4, sequenceLength),
        new Regularization(0.5f, 0, 0, 5f),
        kernel,
        1);
  }

  private static SlicedTrainer open(TrainingSetup setup, int localSteps) {
    BatchShape batch = setup.gradients().part().shape();
    int[] ids = new int[batch.size() + 1];
    return SlicedTrainer.open(
        new RemoteEngine(),
        new SlicedTrainer.Setup(
            setup,
            new LearningRates(LearningRateSchedule.constant(0.1f), 1),
            new Slicing(2, localSteps),
            new StreamBatcher(
                Setups.text("the text", 5, ids), batch.batchSize(), batch.sequenceLength()),
            SessionSettings.SEQUENTIAL),
        TrainingStart.RANDOM);
  }

  /** Returns the types of all operations in the graph of a session, which has it in a field. */
  private static List<String> operations(Object session) {
    GraphSession<?> graphSession = (GraphSession<?>) field(session, "session");
    List<String> types = new ArrayList<>();
    ((Graph) field(graphSession, "graph"))
        .operations()
        .forEachRemaining(operation -> types.add(operation.type()));
    return types;
  }

  private static Object field(Object object, String name) {
    try {
      Field field = object.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field.get(object);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static List<String> driverOperations(int layers, int sequenceLength, int localSteps) {
    try (SlicedTrainer trainer =
        open(setup(layers, sequenceLength, ComputeKernel.fused(1)), localSteps)) {
      return operations(trainer.driver);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "3"})
  void graphOfDriverDoesNotDependOnSequenceLength(int localSteps) {
    assertThat(driverOperations(LAYERS, 100, localSteps))
        .isEqualTo(driverOperations(LAYERS, 1, localSteps));
  }

  /**
   * Each weight has its optimizer, its update and its assignment: a constant number of operations.
   */
  @Test
  void graphOfDriverGrowsByConstantWithEachLayer() {
    int one = driverOperations(1, 100, 1).size();
    int two = driverOperations(2, 100, 1).size();
    int ten = driverOperations(LAYERS, 100, 1).size();
    assertThat(ten - one).isEqualTo((LAYERS - 1) * (two - one));
    assertThat(two - one).isLessThan(200);
  }

  @Test
  void graphOfDriverHasNoOperationOfTheNetwork() {
    List<String> networkOnly =
        List.of("MatMul", "Sigmoid", "Tanh", "OneHot", "GatherV2", "Softmax");
    assertThat(driverOperations(LAYERS, 100, 1)).doesNotContainAnyElementsOf(networkOnly);
  }

  /** The check above is worth something: the graph of a whole training does have the network. */
  @Test
  void graphOfWholeTrainingGrowsWithSequenceLength() {
    List<String> whole;
    try (TrainingSession session =
        TrainingSession.open(
            setup(LAYERS, 100, ComputeKernel.fused(1)),
            TrainingStart.RANDOM,
            SessionSettings.SEQUENTIAL)) {
      whole = operations(session);
    }
    assertThat(whole).contains("MatMul", "Sigmoid", "Tanh");
    assertThat(whole.size()).isGreaterThan(LAYERS * 100);
    assertThat(driverOperations(LAYERS, 100, 1).size()).isLessThan(whole.size() / 5);
  }

  @Test
  void openingDriverOpensNoSessionOfASlice() {
    int before = TaskCache.count();
    try (SlicedTrainer trainer = open(setup(LAYERS, 100, ComputeKernel.fused(1)), 1)) {
      assertThat(trainer.driver).isInstanceOf(UpdateSession.class);
      assertThat(trainer.weights()).isNotEmpty();
      assertThat(TaskCache.count()).isEqualTo(before);
    }
  }
}
