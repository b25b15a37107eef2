package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.charrnn.graph.ResourceVariable;
import org.tensorflow.framework.initializers.Constant;
import org.tensorflow.framework.initializers.RandomNormal;
import org.tensorflow.framework.initializers.RandomUniform;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;

/**
 * Creates a network's trainable variables, as TensorFlow 1's {@code get_variable} does, and lists
 * them in order of creation for the optimizer and for checkpoints.
 *
 * <p>Each variable has its own seed, derived from the network's: the same seed gives the same
 * weights, and no two kernels start with equal values.
 */
public final class Variables {
  private final Ops tf;
  private final SplittableRandom seeds;
  private final List<ResourceVariable> trainable = new ArrayList<>();

  /**
   * @param tf adds to the graph that will own the variables
   * @param seed any value; determines all initial weights
   */
  public Variables(Ops tf, long seed) {
    this.tf = tf;
    this.seeds = new SplittableRandom(seed);
  }

  /**
   * Adds a weight matrix, uniform within plus and minus {@code sqrt(6 / (rows + columns))}.
   *
   * <p>This is {@code glorot_uniform_initializer}, TensorFlow 1's default for matrices (Glorot and
   * Bengio 2010, equation 16). It uses {@code RandomUniform} because the {@code Glorot} of
   * tensorflow-framework 1.0.0 draws its uniform numbers from 0 to the limit, so that all weights
   * are positive.
   */
  public ResourceVariable glorotUniform(String name, long rows, long columns) {
    double limit = Math.sqrt(6.0 / (rows + columns));
    return add(
        ResourceVariable.create(
            tf,
            name,
            Shape.of(rows, columns),
            new RandomUniform<>(-limit, limit, seeds.nextLong())));
  }

  /**
   * Adds an embedding table, a row for each token, normal with mean 0 and standard deviation 1.
   *
   * <p>This is PyTorch's default. Glorot's limit would be tiny for tables with many rows; in a
   * word-level test the network then needed several times as many steps before its predictions
   * depended on its input.
   */
  public ResourceVariable embeddings(String name, long tokens, long size) {
    return normal(name, tokens, size, 1);
  }

  /**
   * Adds an embedding table that also is the matrix of the softmax layer, normal with mean 0 and
   * standard deviation {@code size^(-1/4)}.
   *
   * <p>This is the geometric mean of what suits the two: 1 for embeddings, as above, and {@code 1 /
   * sqrt(size)} for a sum of {@code size} products. By word on tinyshakespeare (10,000 words, 2 x
   * 256, dropout 0.5), the validation perplexity after 200 steps was 198 with {@code 1 /
   * sqrt(size)}, 153 with twice that, 160 with this, which is four times that, and 172 with eight
   * times (one seed each). With 1, the network was behind one with separate matrices at first.
   */
  public ResourceVariable tiedEmbeddings(String name, long tokens, long size) {
    return normal(name, tokens, size, Math.pow((double) size, -0.25));
  }

  private ResourceVariable normal(String name, long rows, long columns, double deviation) {
    return add(
        ResourceVariable.create(
            tf, name, Shape.of(rows, columns), new RandomNormal<>(0, deviation, seeds.nextLong())));
  }

  /** Adds a vector that starts with zeros, as most biases do. */
  public ResourceVariable zeros(String name, long size) {
    return constant(name, size, 0);
  }

  /** Adds a vector whose elements all start with the same value. */
  public ResourceVariable constant(String name, long size, double value) {
    return add(ResourceVariable.create(tf, name, Shape.of(size), new Constant<>(value)));
  }

  /** The variables created so far, in order of creation. */
  public List<ResourceVariable> trainable() {
    return List.copyOf(trainable);
  }

  private ResourceVariable add(ResourceVariable variable) {
    trainable.add(variable);
    return variable;
  }
}
