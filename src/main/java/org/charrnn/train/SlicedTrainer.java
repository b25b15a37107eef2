package org.charrnn.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.config.Slicing;
import org.charrnn.config.TrainingConfig;
import org.charrnn.engine.Engine;
import org.charrnn.model.BatchPart;
import org.charrnn.model.BatchShape;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.SliceModel;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingOptions;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TokenRange;

/**
 * Takes steps on slices of a batch, which an {@link Engine} works on, here or elsewhere.
 *
 * <p>This side holds weights, optimizer and state and gives each slice what it needs of them; the
 * slices keep nothing. So what is learned hangs on the number of slices alone, not on who worked on
 * which, how often, or what was killed meanwhile.
 */
public abstract sealed class SlicedTrainer extends ModelTrainer
    permits GradientTrainer, LocalStepsTrainer {
  /** Of a text that is only read, how many go out at once. */
  private static final int IDS_AT_ONCE = 1 << 20;

  final Engine engine;
  final Slices slices;
  final SliceSettings settings;

  private final int[] x;
  private final int[] y;

  SlicedTrainer(
      Engine engine,
      ModelConfig network,
      TrainingOptions options,
      TrainingConfig config,
      int sliceCount,
      StreamBatcher text,
      SessionSettings session) {
    super(
        new TrainingModel(
            network,
            new BatchShape(config.batchSize(), config.sequenceLength()),
            options,
            config.seed(),
            session),
        config,
        text);
    this.engine = engine;
    slices = new Slices(model.shape(), sliceCount);
    settings =
        new SliceSettings(UUID.randomUUID().toString(), network, options, config.seed(), session);
    x = new int[text.batchLength()];
    y = new int[text.batchLength()];
  }

  /**
   * Makes a trainer.
   *
   * @param engine works on the slices; whoever opened it closes it
   * @param options how a slice is computed
   * @param text to learn
   * @param session how each slice is run, and what is left to do here
   */
  public static SlicedTrainer create(
      Engine engine,
      ModelConfig network,
      TrainingOptions options,
      TrainingConfig config,
      Slicing slicing,
      StreamBatcher text,
      SessionSettings session) {
    return slicing.localSteps() == 1
        ? new GradientTrainer(engine, network, options, config, slicing.slices(), text, session)
        : new LocalStepsTrainer(engine, network, options, config, slicing, text, session);
  }

  /** Returns each slice's part of a batch, counted from the first of the text. */
  final List<SliceModel.Window> windows(long batch) {
    text.fill(batch, x, y);
    List<SliceModel.Window> windows = new ArrayList<>();
    for (int slice = 0; slice < slices.count(); slice++) {
      windows.add(slices.window(slice, x, y));
    }
    return windows;
  }

  /** A slice whose loss is its share of the batch's. */
  final BatchPart part(int slice) {
    return BatchPart.of(slices.shape(slice), config.batchSize());
  }

  /** A state of the whole batch. */
  final float[][] state() {
    return VariableValue.arrays(model.state());
  }

  /** The windows go out many at once, so the engine has little to do. */
  @Override
  public double meanLossNats(TokenRange other, LongConsumer progress) {
    float[][] weights = VariableValue.arrays(model.weights());
    float[][] state = state();
    for (float[] tensor : state) {
      Arrays.fill(tensor, 0);
    }
    EvaluationWindows windows = new EvaluationWindows(other, slices.batch());
    int atOnce = Math.max(1, IDS_AT_ONCE / windows.x().length);
    double sum = 0;
    List<Integer> counted = new ArrayList<>();
    List<ReadingWork.Slice> work = readings(state);
    boolean more = windows.next();
    while (more) {
      counted.add(windows.counted());
      for (int slice = 0; slice < slices.count(); slice++) {
        work.get(slice).windows().add(slices.reading(slice, windows));
      }
      more = windows.next();
      if (counted.size() == atOnce || !more) {
        ReadingWork.Sum read = engine.sum(new ReadingWork(settings), weights, work);
        for (int i = 0; i < counted.size(); i++) {
          sum += (double) read.lossNats()[i] * counted.get(i);
        }
        progress.accept(windows.predicted());
        counted.clear();
        work = readings(Slices.join(read.states()));
      }
    }
    return sum / windows.predicted();
  }

  /** Without windows so far. */
  private List<ReadingWork.Slice> readings(float[][] state) {
    List<ReadingWork.Slice> work = new ArrayList<>();
    for (int slice = 0; slice < slices.count(); slice++) {
      work.add(new ReadingWork.Slice(part(slice), new ArrayList<>(), slices.state(slice, state)));
    }
    return work;
  }

  @Override
  public void close() {
    engine.release(settings.training());
    super.close();
  }
}
