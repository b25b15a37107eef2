package org.charrnn.model.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Bfloat16InstructionsTest {
  /** The form of Linux on x86. */
  private static final String X86 =
      """
      processor\t: 0
      model name\t: AMD EPYC 9254 24-Core Processor
      flags\t\t: fpu vme %s sha_ni
      vmx flags\t: vnmi bf16
      bugs\t\t: sysret_ss_attrs

      processor\t: 1
      flags\t\t: fpu vme %<s sha_ni
      """;

  /** The form of Linux on Arm. */
  private static final String ARM =
      """
      processor       : 0
      BogoMIPS        : 2100.00
      Features        : fp asimd %s
      CPU implementer : 0x41
      """;

  @ParameterizedTest
  @CsvSource({
    "avx512f avx512_bf16 avx512_vnni, PRESENT",
    "amx_bf16 amx_tile, PRESENT",
    "avx512f avx512_bf16 avx512_bf16, PRESENT", // a flag that is listed twice
    "avx512f avx512_vnni, ABSENT",
    "avx512_bf16x not_avx512_bf16, ABSENT",
    "avx512_fp16, ABSENT"
  })
  void flagsOfX86AreFound(String flags, Bfloat16Instructions expected) {
    assertThat(Bfloat16Instructions.parse(X86.formatted(flags).lines().toList()))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"i8mm bf16 dgh, PRESENT", "bf16, PRESENT", "i8mm svebf16, ABSENT", "i8mm, ABSENT"})
  void featuresOfArmAreFound(String features, Bfloat16Instructions expected) {
    assertThat(Bfloat16Instructions.parse(ARM.formatted(features).lines().toList()))
        .isEqualTo(expected);
  }

  @Test
  void otherTextsSayNothing() {
    assertThat(Bfloat16Instructions.parse("".lines().toList()))
        .isEqualTo(Bfloat16Instructions.UNKNOWN);
    assertThat(Bfloat16Instructions.parse("isa\t: rv64imafdc\nvmx flags : bf16".lines().toList()))
        .isEqualTo(Bfloat16Instructions.UNKNOWN);
  }
}
