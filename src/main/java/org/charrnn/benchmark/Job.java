package org.charrnn.benchmark;

/** Work that is measured. It consists of steps that take about the same time. */
public interface Job extends AutoCloseable {

  /** Runs a number of steps. */
  void run(int steps);

  /** Returns the number of characters that a step trains on or generates. */
  long charactersPerStep();

  /** Returns the number of floating-point operations in the matrix products of a step. */
  double flopsPerStep();

  @Override
  void close();
}
