package org.charrnn.testing;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Arrays of numbers that a float holds exactly, so that a formula and a graph read the same. */
public final class Numbers {
  private Numbers() {}

  /** A vector, uniform in -1 to 1. */
  public static double[] vector(SplittableRandom random, int size) {
    return random.doubles(size, -1, 1).map(number -> (float) number).toArray();
  }

  /** A matrix, uniform in -1 to 1. */
  public static double[][] matrix(SplittableRandom random, int rows, int columns) {
    return Stream.generate(() -> vector(random, columns)).limit(rows).toArray(double[][]::new);
  }

  /** A tensor of rank 3, uniform in -1 to 1. */
  public static double[][][] tensor(SplittableRandom random, int a, int b, int c) {
    return Stream.generate(() -> matrix(random, b, c)).limit(a).toArray(double[][][]::new);
  }

  /** The elements as rows. */
  public static double[][] rows(double[] elements, int columns) {
    return IntStream.range(0, elements.length / columns)
        .mapToObj(row -> Arrays.copyOfRange(elements, row * columns, (row + 1) * columns))
        .toArray(double[][]::new);
  }

  /** The elements, the last dimension running fastest. */
  public static double[] flat(double[][] matrix) {
    return Arrays.stream(matrix).flatMapToDouble(DoubleStream::of).toArray();
  }

  /** The elements, the last dimension running fastest. */
  public static double[] flat(double[][][] tensor) {
    return Arrays.stream(tensor).flatMapToDouble(m -> DoubleStream.of(flat(m))).toArray();
  }

  /** The same numbers in double precision. */
  public static double[] doubles(float[] vector) {
    return IntStream.range(0, vector.length).mapToDouble(i -> vector[i]).toArray();
  }

  /** As floats. */
  public static float[] floats(double[] vector) {
    float[] floats = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      floats[i] = (float) vector[i];
    }
    return floats;
  }

  /** As floats. */
  public static float[][] floats(double[][] matrix) {
    return Arrays.stream(matrix).map(Numbers::floats).toArray(float[][]::new);
  }

  /** As floats. */
  public static float[][][] floats(double[][][] tensor) {
    return Arrays.stream(tensor).map(Numbers::floats).toArray(float[][][]::new);
  }
}
