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
 * Makes a network's trainable variables, as TensorFlow 1's {@code get_variable} does, and keeps the
 * list of them, in the order of making, for the optimizer and the files.
 *
 * <p>Each variable gets a seed of its own, drawn from the network's, so the same seed gives the
 * same weights and no two kernels start alike.
 */
public final class Variables {
  private final Ops tf;
  private final SplittableRandom seeds;
  private final List<ResourceVariable> trainable = new ArrayList<>();

  /**
   * @param tf builds into the graph that will own the variables
   * @param seed any value; decides all initial weights
   */
  public Variables(Ops tf, long seed) {
    this.tf = tf;
    this.seeds = new SplittableRandom(seed);
  }

  /**
   * Adds a weight matrix, uniform in plus and minus {@code sqrt(6 / (rows + columns))}.
   *
   * <p>This is {@code glorot_uniform_initializer}, what TensorFlow 1 gives every matrix by default
   * (Glorot and Bengio 2010, equation 16). It is written with {@code RandomUniform} because the
   * {@code Glorot} of tensorflow-framework 1.0.0 draws its uniform numbers from 0 to the limit, so
   * that every weight comes out positive.
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
   * Adds a table of embeddings, a row for each token, normal of mean 0 and deviation 1.
   *
   * <p>So start PyTorch's. The uniform numbers of a weight matrix would be small for tables of many
   * rows; measured on words, a network then takes several times as many steps until what it reads
   * matters to it.
   */
  public ResourceVariable embeddings(String name, long tokens, long size) {
    return add(
        ResourceVariable.create(
            tf, name, Shape.of(tokens, size), new RandomNormal<>(0, 1, seeds.nextLong())));
  }

  /** Adds a vector of zeros, as most biases start. */
  public ResourceVariable zeros(String name, long size) {
    return constant(name, size, 0);
  }

  /** Adds a vector whose elements all start with one value. */
  public ResourceVariable constant(String name, long size, double value) {
    return add(ResourceVariable.create(tf, name, Shape.of(size), new Constant<>(value)));
  }

  /** The variables made so far, in the order of making. */
  public List<ResourceVariable> trainable() {
    return List.copyOf(trainable);
  }

  private ResourceVariable add(ResourceVariable variable) {
    trainable.add(variable);
    return variable;
  }
}
