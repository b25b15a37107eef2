package org.charrnn.model;

import java.io.Serializable;
import org.charrnn.settings.Setting;
import org.charrnn.settings.SettingChecks;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;

/**
 * How TensorFlow runs a graph on this machine; it does not change the results.
 *
 * @param threads operations that run in parallel, 1 to {@value #MAX_THREADS}. Each uses one thread:
 *     several threads for one matrix product of these sizes are slower than several products in
 *     parallel
 */
public record SessionSettings(
    @Setting(
            defaultValue = Setting.AUTO,
            lab = Setting.AUTO,
            resumable = true,
            min = 1,
            max = SessionSettings.MAX_THREADS,
            auto = "the number of cores, or 1 in each task of a cluster",
            help = "Operations that run in parallel")
        int threads)
    implements Serializable {
  /** For graphs whose operations depend on one another, such as a loop over tokens. */
  public static final SessionSettings SEQUENTIAL = new SessionSettings(1);

  /** More than any machine's cores; TensorFlow aborts the process if it cannot start them all. */
  public static final int MAX_THREADS = 1024;

  public SessionSettings {
    SettingChecks.check(SessionSettings.class, threads);
  }

  /** As many threads as this process has cores. */
  public static SessionSettings allCores() {
    return new SessionSettings(Runtime.getRuntime().availableProcessors());
  }

  /**
   * The settings in TensorFlow's form.
   *
   * <p>The graph runs as it is written: TensorFlow's graph rewriter makes the lab's steps no faster
   * and those of a hidden size of 512 slower, while it delays the first step of a hundred layers by
   * 40 s.
   */
  public ConfigProto config() {
    RewriterConfig none = RewriterConfig.newBuilder().setDisableMetaOptimizer(true).build();
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(1)
        .setInterOpParallelismThreads(threads)
        .setUsePerSessionThreads(true) // else those of the process's first session
        .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(none))
        .build();
  }
}
