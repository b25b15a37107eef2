package org.charrnn.model.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.model.GraphSession;
import org.charrnn.model.Network;
import org.charrnn.model.Precision;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.Tensors;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientGraph;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.settings.BatchShape;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * How long a network's gradients take with products in each precision, in seconds.
 *
 * <p>They are computed in turns, so that what else the machine does hits both.
 */
record PrecisionTimes(double float32, double bfloat16) {
  /**
   * So many are enough to compare, as times grow with the time steps. With fewer, the conversion of
   * the weights, once for all time steps, would hide what products gain.
   */
  private static final int TOKENS = 1600;

  private static final long NANOS = 500_000_000;

  /** How many times as fast bfloat16 is. */
  double speedup() {
    return float32 / bfloat16;
  }

  /** A graph of the gradients in one precision, which a run of {@code all} computes. */
  private record Pass(GradientGraph graph, Op all) {
    static Pass create(
        Ops tf, GradientSetup setup, Precision precision, List<Operand<TFloat32>> weights) {
      GradientSetup inPrecision = setup.withKernel(setup.kernel().withPrecision(precision));
      GradientGraph graph =
          GradientGraph.create(tf, inPrecision, weights, GradientGraph.zeroState(tf, inPrecision));
      List<Op> results = new ArrayList<>(graph.gradients());
      results.add(graph.meanLoss());
      results.addAll(graph.finalState());
      return new Pass(graph, tf.withControlDependencies(results).noOp());
    }
  }

  /** A pass for each precision, with the same weights. */
  private record Nodes(List<Pass> passes) implements GraphSession.Nodes {
    static Nodes create(Ops tf, GradientSetup setup, List<Precision> precisions) {
      List<Operand<TFloat32>> weights =
          Network.values(Network.createWeights(tf, setup.network(), setup.seed()));
      return new Nodes(
          precisions.stream()
              .map(precision -> Pass.create(tf, setup, precision, weights))
              .toList());
    }

    @Override
    public List<ResourceVariable> variables() {
      return List.of(); // the weights stay as they are initialized
    }
  }

  /**
   * Measures the median time of each precision on this machine, with random weights and ids.
   *
   * @param gradients what each training step computes; of long sequences, only the start is taken
   */
  static PrecisionTimes measure(GradientSetup gradients, SessionSettings settings) {
    List<Double> times =
        medians(shortened(gradients), List.of(Precision.FLOAT32, Precision.BFLOAT16), settings);
    return new PrecisionTimes(times.get(0), times.get(1));
  }

  /**
   * Measures how long the gradients take for each token, in seconds, with the fastest of some
   * precisions. The rest of a training step, the update of the weights, is not measured.
   *
   * @param gradients what each training step computes; of long sequences, only the start is taken
   */
  static double secondsPerToken(
      GradientSetup gradients, List<Precision> precisions, SessionSettings settings) {
    GradientSetup setup = shortened(gradients);
    return Collections.min(medians(setup, precisions, settings)) / setup.part().shape().size();
  }

  private static List<Double> medians(
      GradientSetup setup, List<Precision> precisions, SessionSettings settings) {
    BatchShape shape = setup.part().shape();
    int[] ids =
        new SplittableRandom(setup.seed())
            .ints(shape.size(), 0, setup.network().classes())
            .toArray();
    try (GraphSession<Nodes> session =
            GraphSession.open(settings, tf -> Nodes.create(tf, setup, precisions), opened -> {});
        TInt32 batch = Tensors.of(session.nodes().passes.get(0).graph.inputs().x().shape(), ids);
        TFloat32 training = TFloat32.scalarOf(1)) {
      List<Session.Runner> runners =
          session.nodes().passes.stream()
              .map(pass -> runner(session, pass, batch, training))
              .toList();
      runners.forEach(PrecisionTimes::seconds); // the first run of a graph takes longer
      List<List<Double>> times =
          runners.stream().<List<Double>>map(runner -> new ArrayList<>()).toList();
      long start = System.nanoTime();
      do {
        for (int i = 0; i < runners.size(); i++) {
          times.get(i).add(seconds(runners.get(i)));
        }
      } while (System.nanoTime() - start < NANOS);
      return times.stream().map(PrecisionTimes::median).toList();
    }
  }

  private static GradientSetup shortened(GradientSetup setup) {
    BatchShape shape = setup.part().shape();
    int timeSteps = Math.min(shape.sequenceLength(), TOKENS / shape.batchSize() + 1);
    return setup.withPart(BatchPart.whole(new BatchShape(shape.batchSize(), timeSteps)));
  }

  private static Session.Runner runner(
      GraphSession<Nodes> session, Pass pass, TInt32 batch, TFloat32 training) {
    return session
        .runner()
        .feed(pass.graph.inputs().x(), batch)
        .feed(pass.graph.inputs().y(), batch)
        .feed(pass.graph.inputs().training(), training)
        .addTarget(pass.all);
  }

  private static double seconds(Session.Runner runner) {
    long start = System.nanoTime();
    runner.run().close();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(List<Double> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }
}
