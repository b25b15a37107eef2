package org.charrnn.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.charrnn.graph.Gradients;
import org.charrnn.graph.ResourceVariable;
import org.tensorflow.Operand;
import org.tensorflow.framework.initializers.Constant;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The Adam optimizer (Kingma and Ba, arXiv:1412.6980), with the order of operations of TensorFlow
 * 1's {@code AdamOptimizer}.
 *
 * <pre>
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g * g
 * w = w - rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)
 * </pre>
 *
 * <p>The powers of the betas are variables that are updated after all weights. The Adam of
 * tensorflow-framework does not fix that order, so its steps differ from run to run and from the
 * original. There the learning rate is a constant of the graph; here it is an operand.
 *
 * <p>The moments and powers have the names that the original gives them in a checkpoint: {@code
 * <variable>/Adam}, {@code <variable>/Adam_1}, {@code beta1_power}, {@code beta2_power}.
 */
public final class Adam {
  public static final float BETA1 = 0.9f;
  public static final float BETA2 = 0.999f;
  public static final float EPSILON = 1e-8f;

  private static final String FIRST_MOMENT = "/Adam";
  private static final String SECOND_MOMENT = "/Adam_1";
  private static final String BETA1_POWER = "beta1_power";
  private static final String BETA2_POWER = "beta2_power";

  private final List<ResourceVariable> variables;
  private final List<ResourceVariable> firstMoments = new ArrayList<>();
  private final List<ResourceVariable> secondMoments = new ArrayList<>();
  private final ResourceVariable beta1Power;
  private final ResourceVariable beta2Power;

  /**
   * Adds the optimizer's own variables to a graph.
   *
   * @param variables the weights to train
   */
  public Adam(Ops tf, List<ResourceVariable> variables) {
    this.variables = List.copyOf(variables);
    for (ResourceVariable variable : variables) {
      firstMoments.add(zerosLike(tf, variable, FIRST_MOMENT));
      secondMoments.add(zerosLike(tf, variable, SECOND_MOMENT));
    }
    beta1Power = ResourceVariable.create(tf, BETA1_POWER, Shape.scalar(), new Constant<>(BETA1));
    beta2Power = ResourceVariable.create(tf, BETA2_POWER, Shape.scalar(), new Constant<>(BETA2));
  }

  /**
   * Returns the names and shapes of the optimizer's own variables, in the order of {@link #slots}.
   *
   * @param weights names and shapes of the variables to train
   */
  public static Map<String, Shape> slotShapes(Map<String, Shape> weights) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    weights.forEach(
        (name, shape) -> {
          shapes.put(name + FIRST_MOMENT, shape);
          shapes.put(name + SECOND_MOMENT, shape);
        });
    shapes.put(BETA1_POWER, Shape.scalar());
    shapes.put(BETA2_POWER, Shape.scalar());
    return shapes;
  }

  private static ResourceVariable zerosLike(Ops tf, ResourceVariable variable, String suffix) {
    return ResourceVariable.create(
        tf, variable.name() + suffix, variable.shape(), new Constant<>(0.0));
  }

  /** The optimizer's own variables: the moments of each weight, then the powers of the betas. */
  public List<ResourceVariable> slots() {
    List<ResourceVariable> slots = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      slots.add(firstMoments.get(i));
      slots.add(secondMoments.get(i));
    }
    slots.add(beta1Power);
    slots.add(beta2Power);
    return slots;
  }

  /**
   * Adds one training step to a graph: the gradients of a loss and the update of the variables.
   *
   * @param loss scalar that depends on the variables
   * @param learningRate scalar
   * @param name of the returned operation
   * @return an operation that updates every variable once each time it runs
   */
  public Op minimize(Ops tf, Operand<TFloat32> loss, Operand<TFloat32> learningRate, String name) {
    return applyGradients(tf, Gradients.of(tf, loss, variables), learningRate, name);
  }

  /**
   * Adds the update of the variables to a graph, for gradients that were computed or changed
   * elsewhere, such as by {@link GradientClipping}.
   *
   * @param gradients one for each variable, of its shape
   * @param learningRate scalar
   * @param name of the returned operation
   * @return an operation that updates every variable once each time it runs
   */
  public Op applyGradients(
      Ops tf, List<Operand<TFloat32>> gradients, Operand<TFloat32> learningRate, String name) {
    if (gradients.size() != variables.size()) {
      throw new IllegalArgumentException(
          "%d gradients for %d variables".formatted(gradients.size(), variables.size()));
    }
    var beta1 = tf.constant(BETA1);
    var beta2 = tf.constant(BETA2);
    var epsilon = tf.constant(EPSILON);
    List<Op> updates = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      updates.add(
          tf.train.resourceApplyAdam(
              variables.get(i).handle(),
              firstMoments.get(i).handle(),
              secondMoments.get(i).handle(),
              beta1Power.value(),
              beta2Power.value(),
              learningRate,
              beta1,
              beta2,
              epsilon,
              gradients.get(i)));
    }
    Ops afterwards = tf.withControlDependencies(updates);
    List<Op> powers =
        List.of(
            beta1Power.assign(afterwards, tf.math.mul(beta1Power.value(), beta1)),
            beta2Power.assign(afterwards, tf.math.mul(beta2Power.value(), beta2)));
    return tf.withControlDependencies(powers).withName(name).noOp();
  }
}
