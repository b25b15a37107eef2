package org.charrnn.model.measure;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.charrnn.model.Precision;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.GradientSetup;

/**
 * The precision of a network's products on this machine, with the reason. It is bfloat16 only if
 * that is clearly faster, since its losses are not those of single precision.
 *
 * @param reason as a fragment, such as {@code this CPU has no instructions for bfloat16}
 */
public record PrecisionChoice(Precision precision, String reason) {
  /**
   * The gain of a training step is somewhat smaller, since Adam does not multiply, and measurements
   * of the same network differ by a tenth.
   */
  static final double LEAST_SPEEDUP = 1.2;

  /** Single precision. */
  public static PrecisionChoice float32(String reason) {
    return new PrecisionChoice(Precision.FLOAT32, reason);
  }

  /**
   * Measures both precisions, unless the CPU has no instructions for bfloat16. That takes a second,
   * or for very large networks as long as a few training steps.
   *
   * @param gradients what each training step computes, by the fused kernel
   */
  public static PrecisionChoice measure(GradientSetup gradients, SessionSettings settings) {
    return of(
        Bfloat16Instructions.ofThisMachine(), () -> PrecisionTimes.measure(gradients, settings));
  }

  /**
   * Measures how long the gradients of a network take for each token, in seconds, in a precision
   * or, if it is not given, in the faster of both. That takes a second, as {@link #measure} does.
   *
   * @param gradients what each training step computes, by the fused kernel
   */
  public static double secondsPerToken(
      GradientSetup gradients, Optional<Precision> given, SessionSettings settings) {
    List<Precision> precisions =
        given
            .map(List::of)
            .orElseGet(
                () ->
                    Bfloat16Instructions.ofThisMachine() == Bfloat16Instructions.ABSENT
                        ? List.of(Precision.FLOAT32)
                        : List.of(Precision.FLOAT32, Precision.BFLOAT16));
    return PrecisionTimes.secondsPerToken(gradients, precisions, settings);
  }

  /**
   * Chooses a precision.
   *
   * @param times not measured if there are no instructions
   */
  static PrecisionChoice of(Bfloat16Instructions instructions, Supplier<PrecisionTimes> times) {
    return instructions == Bfloat16Instructions.ABSENT
        ? float32("this CPU has no instructions for bfloat16")
        : of(times.get().speedup());
  }

  private static PrecisionChoice of(double speedup) {
    double shown = Math.floor(speedup * 100) / 100; // never the least speedup if it is below that
    return speedup < LEAST_SPEEDUP
        ? float32(
            String.format(
                Locale.ROOT,
                "this machine computes the network's gradients %.2f times as fast in bfloat16;"
                    + " that is chosen from %.2f on",
                shown,
                LEAST_SPEEDUP))
        : new PrecisionChoice(
            Precision.BFLOAT16,
            String.format(
                Locale.ROOT,
                "this machine computes the network's gradients %.2f times as fast as in float32",
                shown));
  }

  /** Such as {@code precision float32: this CPU has no instructions for bfloat16}. */
  @Override
  public String toString() {
    return "precision %s: %s".formatted(precision, reason);
  }
}
