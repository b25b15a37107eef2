package org.charrnn.cli.training;

import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ComputeKernel.Kind;
import org.charrnn.model.Precision;
import org.charrnn.model.SessionSettings;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingValues;

/** Chooses the kernel of a training, unless the user did. */
public final class KernelChoice {
  private KernelChoice() {}

  /**
   * Returns the kernel.
   *
   * @param shape that is computed at once: the batch or a slice
   * @param automatic the kind if none is given
   */
  public static ComputeKernel of(
      SettingValues given, BatchShape shape, Kind automatic, SessionSettings session) {
    SettingValues values = withKind(given, automatic);
    int shards =
        values.value(ComputeKernel.class, "kernel") == Kind.OPS
            ? 1
            : ComputeKernel.defaultShards(shape, session.threads());
    return values.derive("shards", shards).build(ComputeKernel.class).require(shape);
  }

  /** Returns the kernel that needs the least memory of those that can be chosen. */
  public static ComputeKernel smallest(SettingValues given, RunKind kind) {
    return withKind(given, automatic(kind)).derive("shards", 1).build(ComputeKernel.class);
  }

  /** The kind of a training if none is given. */
  static Kind automatic(RunKind kind) {
    return kind == RunKind.LAB ? Kind.OPS : Kind.FUSED;
  }

  private static SettingValues withKind(SettingValues given, Kind automatic) {
    Object precision = given.value(ComputeKernel.class, "precision");
    return given.derive("kernel", precision == Precision.FLOAT32 ? automatic : Kind.FUSED);
  }
}
