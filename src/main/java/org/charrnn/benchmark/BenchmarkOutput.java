package org.charrnn.benchmark;

import java.util.List;
import org.charrnn.model.measure.OperationTime;

/** Takes what was measured. */
public interface BenchmarkOutput {

  /**
   * The speed of large matrix products, which comes first.
   *
   * @param threads that multiplied
   */
  void products(int threads, double gigaflops);

  /** A round of a job, as soon as it is done. */
  void round(JobDescription description, Rounds.Round round);

  /** All rounds of a job. */
  void rounds(JobDescription description, Job job, Rounds rounds);

  /** Where the time of a training's steps goes. */
  void profile(JobDescription description, List<OperationTime> operations);
}
