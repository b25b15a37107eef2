package org.charrnn.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * A job's rounds.
 *
 * @param stepsPerRound in each round
 * @param seconds of a step, on average over each round
 */
public record Rounds(int stepsPerRound, List<Double> seconds) {
  private static final double SECONDS_OF_A_ROUND = 1;

  /**
   * One round.
   *
   * @param steps that it took
   * @param seconds of all of them
   * @param heapBytes that Java allocated meanwhile
   * @param residentMebibytes that the process had after it, if the system tells
   */
  public record Round(
      int number, int steps, double seconds, long heapBytes, OptionalDouble residentMebibytes) {}

  /**
   * Warms a job up and measures it.
   *
   * @param count rounds, at least 1
   * @param stepsPerRound or 0 for as many as take about a second
   * @param each is told each round
   */
  public static Rounds measure(Job job, int count, int stepsPerRound, Consumer<Round> each) {
    int steps = warmUp(job);
    int chosen = stepsPerRound == 0 ? steps : stepsPerRound;
    List<Double> seconds = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      long heapBefore = HeapAllocation.bytes();
      double taken = time(job, chosen);
      long heapBytes = HeapAllocation.bytes() - heapBefore;
      seconds.add(taken / chosen);
      each.accept(new Round(number, chosen, taken, heapBytes, ResidentMemory.mebibytes()));
    }
    return new Rounds(chosen, seconds);
  }

  /** Runs a job until Java has compiled what it uses; returns the steps of about a second. */
  private static int warmUp(Job job) {
    int steps = 1;
    long start = System.nanoTime();
    while ((System.nanoTime() - start) / 1e9 < SECONDS_OF_A_ROUND) {
      double fitting = SECONDS_OF_A_ROUND / (time(job, steps) / steps);
      steps = (int) Math.max(1, Math.min(fitting, 10.0 * steps));
    }
    return steps;
  }

  /** Takes steps and returns the seconds that takes. */
  public static double time(Job job, int steps) {
    long start = System.nanoTime();
    job.run(steps);
    return (System.nanoTime() - start) / 1e9;
  }

  /** Of a step, in the median round. */
  public double medianSeconds() {
    List<Double> sorted = seconds.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Of a step, in the fastest round. */
  public double leastSeconds() {
    return Collections.min(seconds);
  }

  /** Of a step, in the slowest round. */
  public double mostSeconds() {
    return Collections.max(seconds);
  }
}
