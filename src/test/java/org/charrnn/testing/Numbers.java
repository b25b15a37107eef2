package org.charrnn.testing;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Random arrays, and conversions between arrays. Random values are floats, so that a reference
 * implementation in doubles and a graph in floats get the same inputs.
 */
public final class Numbers {
  private Numbers() {}

  /** Returns a random vector, uniform between -1 and 1. */
  public static double[] vector(SplittableRandom random, int size) {
    return random.doubles(size, -1, 1).map(value -> (float) value).toArray();
  }

  /** Returns a random matrix, uniform between -1 and 1. */
  public static double[][] matrix(SplittableRandom random, int rows, int columns) {
    return Stream.generate(() -> vector(random, columns)).limit(rows).toArray(double[][]::new);
  }

  /** Returns a random tensor of shape {@code [a, b, c]}, uniform between -1 and 1. */
  public static double[][][] tensor(SplittableRandom random, int a, int b, int c) {
    return Stream.generate(() -> matrix(random, b, c)).limit(a).toArray(double[][][]::new);
  }

  /** Reshapes elements in row-major order to a matrix. */
  public static double[][] rows(double[] elements, int columns) {
    return IntStream.range(0, elements.length / columns)
        .mapToObj(row -> Arrays.copyOfRange(elements, row * columns, (row + 1) * columns))
        .toArray(double[][]::new);
  }

  /** Returns the elements in row-major order. */
  public static double[] flat(double[][] matrix) {
    return Arrays.stream(matrix).flatMapToDouble(DoubleStream::of).toArray();
  }

  /** Returns the elements in row-major order. */
  public static double[] flat(double[][][] tensor) {
    return Arrays.stream(tensor).flatMapToDouble(m -> DoubleStream.of(flat(m))).toArray();
  }

  /** Converts a vector to doubles. */
  public static double[] doubles(float[] vector) {
    return IntStream.range(0, vector.length).mapToDouble(i -> vector[i]).toArray();
  }

  /** Converts a vector to floats. */
  public static float[] floats(double[] vector) {
    float[] floats = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      floats[i] = (float) vector[i];
    }
    return floats;
  }

  /** Converts a matrix to floats. */
  public static float[][] floats(double[][] matrix) {
    return Arrays.stream(matrix).map(Numbers::floats).toArray(float[][]::new);
  }

  /** Converts a tensor of rank 3 to floats. */
  public static float[][][] floats(double[][][] tensor) {
    return Arrays.stream(tensor).map(Numbers::floats).toArray(float[][][]::new);
  }
}
