package org.charrnn.spark;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.charrnn.config.Slicing;
import org.charrnn.config.TrainingConfig;
import org.charrnn.engine.Engine;
import org.charrnn.engine.EngineSettings;
import org.charrnn.engine.LocalEngine;
import org.charrnn.model.BatchShape;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingOptions;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.train.LocalTrainer;
import org.charrnn.train.SlicedTrainer;
import org.charrnn.train.Trainer;

/** Measures what a step costs. */
public final class StepCost {
  private static final int CLASSES = 65;

  private StepCost() {}

  public static void main(String[] args) throws Exception {
    String master = args[0];
    int layers = Integer.parseInt(args[1]);
    int hidden = Integer.parseInt(args[2]);
    int batch = Integer.parseInt(args[3]);
    int time = Integer.parseInt(args[4]);
    int slices = Integer.parseInt(args[5]);
    int localSteps = Integer.parseInt(args[6]);
    int steps = Integer.parseInt(args[7]);
    int[] ids = new SplittableRandom(1).ints(batch * time * 20 + 1, 0, CLASSES).toArray();
    StreamBatcher text =
        new StreamBatcher(
            new TokenRange("text", TokenIds.of(CLASSES, ids), 0, ids.length), batch, time);
    TrainingConfig config =
        new TrainingConfig(batch, time, steps, 0.002f, 1, 0, 0, 5f, 0, 1, 0, 0, 1);
    ModelConfig network = ModelConfig.lab(CLASSES, hidden, layers);
    double[] ms;
    if (master.equals("whole")) {
      TrainingOptions options = new TrainingOptions(0, 5, Kernel.fused(slices));
      try (Trainer trainer =
          new LocalTrainer(
              new TrainingModel(network, new BatchShape(batch, time), options, 1), config, text)) {
        ms = time(trainer, steps);
      }
    } else {
      TrainingOptions options = new TrainingOptions(0, 5, Kernel.fused(1));
      try (Engine engine =
              master.equals("slices")
                  ? new LocalEngine()
                  : SparkEngine.start(new EngineSettings(master, Map.of(), () -> {}));
          Trainer trainer =
              SlicedTrainer.create(
                  engine, network, options, config, new Slicing(slices, localSteps), text)) {
        ms = time(trainer, steps);
      }
    }
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s %dx%d batch %d x %d slices %d local steps %d: %.1f MB of weights, first %.0f ms, median %.1f ms a step, least %.1f",
            master,
            layers,
            hidden,
            batch,
            time,
            slices,
            localSteps,
            network.parameters() * 4 / 1e6,
            ms[0],
            ms[1],
            ms[2]));
  }

  private static double[] time(Trainer trainer, int steps) throws Exception {
    int together = trainer.stepsTogether();
    double[] ms = new double[steps / together];
    for (int i = 0; i < ms.length; i++) {
      long start = System.nanoTime();
      trainer.train((long) i * together, (long) (i + 1) * together);
      ms[i] = (System.nanoTime() - start) / 1e6 / together;
    }
    double[] later = Arrays.copyOfRange(ms, ms.length / 4 + 1, ms.length);
    Arrays.sort(later);
    return new double[] {ms[0], later[later.length / 2], later[0]};
  }
}
