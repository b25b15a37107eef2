package org.charrnn.nn.arrays;

import java.util.function.Function;

/**
 * Chooses by measurements whether threads compute steps together or the calling one does alone,
 * which is faster where the other cores are busy. The results are the same.
 */
public final class MeasuredTeam implements AutoCloseable {
  private static final int STEPS = 1024; // between two measurements
  private static final int MEASURED = 32; // steps of each way

  private final boolean mayUseThreads;
  private CoreTeam together; // null before the first measurement
  private Team chosen = Team.ALONE;
  private int step;
  private long nanosAlone;
  private long nanosTogether;

  /**
   * @param mayUseThreads whether there may be others than the calling one
   */
  public MeasuredTeam(boolean mayUseThreads) {
    this.mayUseThreads = mayUseThreads;
  }

  /**
   * Computes a step.
   *
   * @param work receives the team that computes its products
   */
  public <T> T measure(Function<Team, T> work) {
    if (!mayUseThreads) {
      return work.apply(Team.ALONE);
    }
    int position = step;
    step = (step + 1) % STEPS;
    if (position >= 2 * MEASURED) {
      return work.apply(chosen);
    }
    boolean isAlone = position < MEASURED;
    if (!isAlone && together == null) {
      together = new CoreTeam();
    }
    long start = System.nanoTime();
    T result = work.apply(isAlone ? Team.ALONE : together);
    add(isAlone, System.nanoTime() - start);
    if (step == 2 * MEASURED) {
      chosen = nanosAlone < nanosTogether ? Team.ALONE : together;
      nanosAlone = 0;
      nanosTogether = 0;
    }
    return result;
  }

  private void add(boolean isAlone, long nanos) {
    if (isAlone) {
      nanosAlone += nanos;
    } else {
      nanosTogether += nanos;
    }
  }

  @Override
  public void close() {
    if (together != null) {
      together.close();
    }
  }
}
