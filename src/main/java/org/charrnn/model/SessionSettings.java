package org.charrnn.model;

import java.io.Serializable;
import org.charrnn.InputException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;

/**
 * How TensorFlow runs a graph on this machine; it does not change what comes out.
 *
 * @param threads operations that run at once, 1 to {@value #MAX_THREADS}. Each has one thread:
 *     several on one product, of the sizes of a step, are slower than products side by side
 */
public record SessionSettings(int threads) implements Serializable {
  /** Of a graph in which one operation follows another, such as a loop over characters. */
  static final SessionSettings ONE_BY_ONE = new SessionSettings(1);

  /** More than any machine has cores; TensorFlow ends the program if it gets fewer than asked. */
  private static final int MAX_THREADS = 1024;

  public SessionSettings {
    if (threads < 1) {
      throw new InputException("--threads must be at least 1, got " + threads);
    }
    if (threads > MAX_THREADS) {
      throw new InputException(
          "--threads must be at most %d, got %d".formatted(MAX_THREADS, threads));
    }
  }

  /** As many threads as this process may use cores. */
  public static SessionSettings ofMachine() {
    return new SessionSettings(Runtime.getRuntime().availableProcessors());
  }

  /**
   * The settings as TensorFlow takes them.
   *
   * <p>The graph is run as it is written: rewriting it makes the lab's steps no faster, and those
   * of a hidden size of 512 slower, but the first of a hundred layers comes 40 s later.
   */
  ConfigProto config() {
    RewriterConfig none = RewriterConfig.newBuilder().setDisableMetaOptimizer(true).build();
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(1)
        .setInterOpParallelismThreads(threads)
        .setUsePerSessionThreads(true) // else those of the process's first session
        .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(none))
        .build();
  }
}
