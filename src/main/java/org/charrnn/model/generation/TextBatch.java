package org.charrnn.model.generation;

import java.util.stream.IntStream;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.decoding.RowRandom;
import org.charrnn.model.CarriedState;
import org.charrnn.model.GraphSession;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Tensors;
import org.charrnn.model.generation.GenerationModel.TokenSink;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Texts that are being generated, one in each row. */
final class TextBatch implements AutoCloseable {
  /** Tokens between two calls of the sink, after the beginning of a text. */
  private static final int MAX_TOKENS_PER_RUN = 128;

  private static final int MAX_RANDOM_NUMBERS_PER_RUN = 1 << 22;

  /** A chain of operations takes longer if threads hand it over to each other. */
  private static final RunOptions IN_THIS_THREAD =
      RunOptions.newBuilder().setInterOpThreadPool(-1).build();

  private final GraphSession<GenerationGraph> session;
  private final GenerationGraph graph;
  private final PrimeBatch batch;
  private final RowRandom random;
  private final int length;
  private final int[] lastIds; // [rows]
  private CarriedState carried; // before the last ids
  private int iteration; // iterations that the graph has run
  private int iterationsPerRun = 1;
  private int generated; // tokens that the graph has added to each row

  /**
   * Starts texts.
   *
   * @param length tokens of each text
   */
  TextBatch(
      GraphSession<GenerationGraph> session,
      ModelConfig config,
      PrimeBatch batch,
      RowRandom random,
      int length) {
    this.session = session;
    this.graph = session.nodes();
    this.batch = batch;
    this.random = random;
    this.length = length;
    lastIds = new int[batch.size()];
    carried = CarriedState.zeros(config, batch.size());
  }

  /** Reads the primes, each without its last token. */
  void read() {
    int[] counts = new int[batch.size()];
    int longest = 0;
    for (int row = 0; row < counts.length; row++) {
      if (!batch.isEmpty(row)) {
        int[] prime = batch.primes().get(row);
        counts[row] = prime.length - 1;
        lastIds[row] = prime[counts[row]];
        longest = Math.max(longest, counts[row]);
      }
    }
    if (longest == 0) {
      return;
    }
    int[][] padded = new int[counts.length][longest];
    for (int row = 0; row < counts.length; row++) {
      System.arraycopy(batch.primes().get(row), 0, padded[row], 0, counts[row]);
    }
    try (TInt32 ids = TInt32.tensorOf(StdArrays.ndCopyOf(padded));
        TInt32 lengths = TInt32.vectorOf(counts)) {
      Session.Runner runner =
          session.runner().feed(graph.primes(), ids).feed(graph.primeCounts(), lengths);
      graph.primeState().tensors().forEach(runner::fetch);
      carry(runner.run());
    }
  }

  /** Samples the first token of each text that has no prime, uniformly from all tokens. */
  void start(AllowedTokens allowed, TokenSink sink) {
    double[] u = random.uniform(RowRandom.POSITION_BEFORE_TEXT, batch.rows());
    for (int row = 0; row < u.length; row++) {
      if (batch.isEmpty(row)) {
        lastIds[row] = allowed.at(u[row]);
        sink.accept(row, lastIds[row]);
      }
    }
  }

  /** Returns the number of tokens that the graph still has to add to each row. */
  int remaining() {
    return batch.steps(length) - generated;
  }

  /** Adds tokens to each row: at first few, so that they appear at once, then more at a time. */
  void generate(TokenSink sink) {
    int iterations = Math.min(iterationsPerRun, graph.size().iterations(remaining()));
    int[][] ids = run(iterations); // [rows][tokens]
    int tokens = iterations * graph.size().tokens();
    for (int i = 0; i < tokens; i++) {
      pass(ids, i, sink);
    }
    iteration += iterations;
    generated += tokens;
    iterationsPerRun = Math.min(2 * iterationsPerRun, maxIterationsPerRun());
  }

  private int maxIterationsPerRun() {
    int numbers = batch.size() * graph.size().randomNumbers(); // of an iteration
    int tokens = MAX_TOKENS_PER_RUN / graph.size().tokens();
    return Math.max(1, Math.min(tokens, MAX_RANDOM_NUMBERS_PER_RUN / numbers));
  }

  private int[][] run(int iterations) {
    try (TInt32 last = TInt32.vectorOf(lastIds);
        TFloat32 numbers = randomNumbers(iterations)) {
      Session.Runner runner =
          session
              .runner()
              .feed(graph.last(), last)
              .feed(graph.random(), numbers)
              .fetch(graph.generated().ids());
      graph.generated().end().state().tensors().forEach(runner::fetch);
      if (!graph.parts().areSeveral(batch.size())) {
        runner.setOptions(IN_THIS_THREAD);
      }
      Result result = carried.feed(runner, graph.state()).run();
      carry(result);
      return StdArrays.array2dCopyOf((TInt32) result.get(0));
    }
  }

  private TFloat32 randomNumbers(int iterations) {
    int count = graph.size().randomNumbers();
    int rows = batch.size();
    float[] numbers = new float[iterations * rows * count];
    IntStream.range(0, iterations * rows)
        .parallel()
        .forEach(
            i ->
                random.fill(
                    numbers,
                    i * count,
                    count,
                    (long) iteration + i / rows,
                    batch.rows()[i % rows]));
    return Tensors.of(Shape.of(iterations, rows, count), numbers);
  }

  private void pass(int[][] ids, int time, TokenSink sink) {
    for (int row = 0; row < ids.length; row++) {
      lastIds[row] = ids[row][time];
      int before = generated + time + (batch.isEmpty(row) ? 1 : 0); // tokens of the text
      if (before < length) {
        sink.accept(row, lastIds[row]);
      }
    }
  }

  private void carry(Result result) {
    carried.close();
    carried = CarriedState.last(result, graph.state().size());
  }

  @Override
  public void close() {
    carried.close();
  }
}
