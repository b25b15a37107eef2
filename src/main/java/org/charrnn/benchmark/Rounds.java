package org.charrnn.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * The measured rounds of a job.
 *
 * @param stepsPerRound steps in each round
 * @param seconds mean seconds per step of each round
 */
public record Rounds(int stepsPerRound, List<Double> seconds) {
  private static final double SECONDS_PER_ROUND = 1;

  /**
   * One round.
   *
   * @param number number of the round, from 0
   * @param steps steps in the round
   * @param seconds seconds for all steps
   * @param heapBytes bytes allocated on the Java heap during the round
   * @param residentMebibytes resident memory after the round, in MiB, if known
   */
  public record Round(
      int number, int steps, double seconds, long heapBytes, OptionalDouble residentMebibytes) {}

  /**
   * Warms up a job and measures it.
   *
   * @param count number of rounds, at least 1
   * @param stepsPerRound steps in each round; 0 for as many as take about a second
   * @param onRound called after each round
   */
  public static Rounds measure(Job job, int count, int stepsPerRound, Consumer<Round> onRound) {
    int steps = warmUp(job);
    int chosen = stepsPerRound == 0 ? steps : stepsPerRound;
    List<Double> seconds = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      long heapBefore = HeapAllocation.bytes();
      double taken = time(job, chosen);
      long heapBytes = HeapAllocation.bytes() - heapBefore;
      seconds.add(taken / chosen);
      onRound.accept(new Round(number, chosen, taken, heapBytes, ResidentMemory.mebibytes()));
    }
    return new Rounds(chosen, seconds);
  }

  /** Runs a job until its code is compiled and returns the steps that take about a second. */
  private static int warmUp(Job job) {
    int steps = 1;
    long start = System.nanoTime();
    while ((System.nanoTime() - start) / 1e9 < SECONDS_PER_ROUND) {
      double fitting = SECONDS_PER_ROUND / (time(job, steps) / steps);
      steps = (int) Math.max(1, Math.min(fitting, 10.0 * steps));
    }
    return steps;
  }

  /** Runs steps and returns the seconds that they took. */
  public static double time(Job job, int steps) {
    long start = System.nanoTime();
    job.run(steps);
    return (System.nanoTime() - start) / 1e9;
  }

  /** Returns the seconds per step in the median round. */
  public double medianSeconds() {
    List<Double> sorted = seconds.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Returns the seconds per step in the fastest round. */
  public double leastSeconds() {
    return Collections.min(seconds);
  }

  /** Returns the seconds per step in the slowest round. */
  public double mostSeconds() {
    return Collections.max(seconds);
  }
}
