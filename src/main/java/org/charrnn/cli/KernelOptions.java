package org.charrnn.cli;

import static org.charrnn.cli.TrainOptions.orElse;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.model.BatchShape;
import org.charrnn.model.Kernel;
import org.charrnn.model.Precision;
import org.charrnn.model.SessionSettings;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How training steps are computed; null where a person gave nothing or auto. */
final class KernelOptions {
  private static final String AUTO = "auto";

  @Option(
      names = "--kernel",
      paramLabel = "KERNEL",
      converter = KindConverter.class,
      completionCandidates = KindCandidates.class,
      description =
          "How a step is computed: ops, fused, or auto: ops in the lab, else fused, which is faster"
              + " (default: auto).")
  private Kernel.Kind kind;

  @Option(
      names = "--shards",
      paramLabel = "N",
      converter = ShardsConverter.class,
      description =
          "Parts of the batch that the fused kernel computes side by side, or auto: by --threads and"
              + " rows (default: auto).")
  private Integer shards;

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      description =
          "Of the fused kernel's matrix products: float32, or bfloat16, which is faster for large"
              + " networks on CPUs that know it (default: float32).")
  private Precision precision;

  boolean isGiven() {
    return kind != null || shards != null || precision != null;
  }

  /**
   * Returns what to train with.
   *
   * @param auto the kind where none is given
   */
  Kernel resolve(BatchShape shape, Kernel.Kind auto, SessionSettings settings) {
    Precision resolvedPrecision = orElse(precision, Precision.FLOAT32);
    Kernel.Kind resolved =
        orElse(kind, resolvedPrecision == Precision.FLOAT32 ? auto : Kernel.Kind.FUSED);
    int automatic = resolved == Kernel.Kind.OPS ? 1 : Kernel.shards(shape, settings.threads());
    return new Kernel(resolved, orElse(shards, automatic), resolvedPrecision).require(shape);
  }

  private static final class KindCandidates extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    KindCandidates() {
      super(List.of(AUTO, Kernel.Kind.OPS.toString(), Kernel.Kind.FUSED.toString()));
    }
  }

  private static final class KindConverter implements ITypeConverter<Kernel.Kind> {
    @Override
    public Kernel.Kind convert(String value) {
      for (Kernel.Kind kind : Kernel.Kind.values()) {
        if (value.equalsIgnoreCase(kind.toString())) {
          return kind;
        }
      }
      requireAuto(value, "auto, ops or fused");
      return null;
    }
  }

  private static final class ShardsConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      if (value.matches("-?\\d{1,9}")) {
        return Integer.valueOf(value);
      }
      requireAuto(value, "auto or a number");
      return null;
    }
  }

  private static void requireAuto(String value, String expected) {
    if (!value.equalsIgnoreCase(AUTO)) {
      throw new TypeConversionException("expected %s but was '%s'".formatted(expected, value));
    }
  }
}
