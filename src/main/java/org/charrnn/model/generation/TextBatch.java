package org.charrnn.model.generation;

import java.util.List;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.decoding.RowRandom;
import org.charrnn.model.CarriedState;
import org.charrnn.model.GraphSession;
import org.charrnn.model.generation.GenerationModel.TokenSink;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** Texts that are being generated, one in each row. */
final class TextBatch implements AutoCloseable {
  private final GraphSession<GenerationGraph> session;
  private final GenerationGraph graph;
  private final PrimeBatch batch;
  private final RowRandom random;
  private final int length;
  private final int[] lastIds; // [rows]
  private CarriedState carried; // before the last ids
  private int generated; // tokens that the graph has added to each row

  /**
   * Starts texts.
   *
   * @param stateSizes of the network
   * @param length tokens of each text
   */
  TextBatch(
      GraphSession<GenerationGraph> session,
      List<Integer> stateSizes,
      PrimeBatch batch,
      RowRandom random,
      int length) {
    this.session = session;
    this.graph = session.nodes();
    this.batch = batch;
    this.random = random;
    this.length = length;
    lastIds = new int[batch.size()];
    carried = CarriedState.zeros(stateSizes.stream().map(size -> Shape.of(batch.size(), size)));
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
        lastIds[row] = allowed.ids()[(int) (u[row] * allowed.ids().length)];
        sink.accept(row, lastIds[row]);
      }
    }
  }

  /** Returns the number of tokens that the graph still has to add to each row. */
  int remaining() {
    boolean allStarted = batch.primes().stream().allMatch(prime -> prime.length == 0);
    return length - generated - (allStarted ? 1 : 0);
  }

  /** Adds tokens to each row. */
  void generate(int tokens, TokenSink sink) {
    double[][] u = new double[tokens][];
    for (int i = 0; i < tokens; i++) {
      u[i] = random.uniform(generated + i, batch.rows());
    }
    int[][] ids; // [rows][tokens]
    try (TInt32 last = TInt32.vectorOf(lastIds);
        TFloat64 numbers = TFloat64.tensorOf(StdArrays.ndCopyOf(u))) {
      Session.Runner runner =
          session
              .runner()
              .feed(graph.last(), last)
              .feed(graph.random(), numbers)
              .fetch(graph.generated().ids());
      graph.generated().state().tensors().forEach(runner::fetch);
      Result result = carried.feed(runner, graph.state()).run();
      carry(result);
      ids = StdArrays.array2dCopyOf((TInt32) result.get(0));
    }
    for (int i = 0; i < tokens; i++) {
      pass(ids, i, sink);
    }
    generated += tokens;
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
