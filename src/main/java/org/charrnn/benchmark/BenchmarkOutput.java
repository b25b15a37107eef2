package org.charrnn.benchmark;

import java.util.List;
import org.charrnn.model.measure.OperationTime;

/** Prints or records the measurements of a benchmark. */
public interface BenchmarkOutput {

  /**
   * Outputs the speed of large matrix products, with which other speeds are compared.
   *
   * @param threads number of threads that multiplied
   * @param gigaflops floating-point operations per second, in billions
   */
  void products(int threads, double gigaflops);

  /** Outputs a round of a job when it has ended. */
  void round(JobDescription description, Rounds.Round round);

  /** Outputs the result of all rounds of a job. */
  void rounds(JobDescription description, Job job, Rounds rounds);

  /** Outputs how the time of a training step is divided among types of operations. */
  void profile(JobDescription description, List<OperationTime> operations);
}
