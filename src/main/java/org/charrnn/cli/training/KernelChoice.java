package org.charrnn.cli.training;

import java.util.Optional;
import org.charrnn.cli.limits.MemoryCheck;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ComputeKernel.Kind;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Precision;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
import org.charrnn.model.measure.PrecisionChoice;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingValues;

/**
 * The kernel of a training: what the user chose, and the rest by the machine.
 *
 * @param precision with the reason, if it was left to the program
 */
public record KernelChoice(ComputeKernel kernel, Optional<PrecisionChoice> precision) {
  private static final String PRECISION = "precision";

  /**
   * Returns the kernel. If its precision is left to the program, both are measured.
   *
   * @param shape that is computed at once: the batch or a slice
   * @param automatic the kind if none is given
   * @param isLocal whether this machine computes it
   */
  public static KernelChoice of(
      SettingValues given,
      ModelConfig network,
      BatchShape shape,
      Kind automatic,
      boolean isLocal,
      SessionSettings session) {
    ComputeKernel kernel = unmeasured(given, shape, automatic, session);
    if (given.value(ComputeKernel.class, PRECISION) != null) {
      return new KernelChoice(kernel, Optional.empty());
    }
    StepNoise noise = StepNoise.of(given.build(Regularization.class));
    GradientSetup gradients = new GradientSetup(network, BatchPart.whole(shape), noise, kernel, 0);
    PrecisionChoice precision = precision(gradients, isLocal, session);
    return new KernelChoice(kernel.withPrecision(precision.precision()), Optional.of(precision));
  }

  /** Returns the kernel of a network, in float32 unless another precision is given. */
  static ComputeKernel unmeasured(
      SettingValues given, BatchShape shape, Kind automatic, SessionSettings session) {
    SettingValues values = withKind(given, automatic);
    int shards =
        values.value(ComputeKernel.class, "kernel") == Kind.OPS
            ? 1
            : ComputeKernel.defaultShards(shape, session.threads());
    return values.derive("shards", shards).build(ComputeKernel.class).require(shape);
  }

  private static PrecisionChoice precision(
      GradientSetup gradients, boolean isLocal, SessionSettings session) {
    ComputeKernel kernel = gradients.kernel();
    if (kernel.kind() == Kind.OPS) {
      return PrecisionChoice.float32("the ops kernel has no other; bfloat16 needs --kernel fused");
    }
    if (!isLocal) {
      return PrecisionChoice.float32(
          "the machines of a cluster are not measured; give --precision bfloat16 if they are"
              + " faster with it");
    }
    if (!MemoryCheck.canTrain(gradients.network(), gradients.part().shape(), kernel)) {
      return PrecisionChoice.float32("this machine has too little memory to measure bfloat16");
    }
    return PrecisionChoice.measure(gradients, session);
  }

  /** Returns the kernel that needs the least memory of those that can be chosen. */
  public static ComputeKernel smallest(SettingValues given, RunKind kind) {
    return withKind(given, automatic(kind)).derive("shards", 1).build(ComputeKernel.class);
  }

  /** The kind of a training if none is given. */
  static Kind automatic(RunKind kind) {
    return kind == RunKind.LAB ? Kind.OPS : Kind.FUSED;
  }

  /** The choice of a precision does not choose another kernel than that of float32. */
  private static SettingValues withKind(SettingValues given, Kind automatic) {
    SettingValues values = given.derive(PRECISION, Precision.FLOAT32);
    Object precision = values.value(ComputeKernel.class, PRECISION);
    return values.derive("kernel", precision == Precision.FLOAT32 ? automatic : Kind.FUSED);
  }
}
