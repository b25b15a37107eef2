package org.charrnn.benchmark;

/** Work made of steps that all take about the same time. */
public interface Job extends AutoCloseable {

  /** Takes steps. */
  void run(int steps);

  /** Characters that a step reads or writes. */
  long charactersPerStep();

  /** Floating-point operations of a step's matrix products. */
  double flopsPerStep();

  @Override
  void close();
}
