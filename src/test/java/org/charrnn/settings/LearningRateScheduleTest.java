package org.charrnn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LearningRateScheduleTest {
  private static final long STEPS_PER_EPOCH = 3;

  /** The rate of a decay by epochs does not depend on the number of steps. */
  private static float rate(LearningRateSchedule schedule, long epoch) {
    float first = schedule.rate(epoch * STEPS_PER_EPOCH, STEPS_PER_EPOCH, 1);
    assertThat(schedule.rate(epoch * STEPS_PER_EPOCH + 2, STEPS_PER_EPOCH, 99)).isEqualTo(first);
    return first;
  }

  /** Powers of two, which floats represent exactly. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0, 0, 8", // the first epoch always has the initial rate
    "0.5, 0, 1, 4",
    "0.5, 0, 3, 1",
    "0.5, 1, 0, 8",
    "0.5, 1, 1, 4",
    "0.5, 3, 2, 8",
    "0.5, 3, 3, 4",
    "0.5, 3, 5, 1",
    "0.25, 2, 4, 0.125",
    "1, 0, 1000, 8",
    "0.5, 2147483647, 2147483646, 8",
    "0.5, 2147483647, 2147483647, 4",
  })
  void rateDecaysAfterFirstEpochs(float decayRate, int decayAfter, long epoch, float expected) {
    assertThat(rate(LearningRateSchedule.epochs(8, decayRate, decayAfter), epoch))
        .isEqualTo(expected);
  }

  @Test
  void scheduleOfCharRnnEqualsHandComputedRates() {
    LearningRateSchedule schedule = LearningRateSchedule.epochs(2e-3f, 0.97f, 10);
    assertThat(rate(schedule, 9)).isEqualTo(2e-3f);
    // 0.002 * 0.97 and 0.002 * 0.97^2, rounded once; 0.97f and 2e-3f are themselves rounded.
    assertThat(rate(schedule, 10)).isCloseTo(0.00194f, within(4 * Math.ulp(0.00194f)));
    assertThat(rate(schedule, 11)).isCloseTo(0.0018818f, within(4 * Math.ulp(0.0018818f)));
  }

  @Test
  void constantScheduleDoesNotDecay() {
    LearningRateSchedule schedule = LearningRateSchedule.constant(0.1f);
    assertThat(rate(schedule, 0)).isEqualTo(0.1f);
    assertThat(rate(schedule, 1_000_000)).isEqualTo(0.1f);
  }

  /** Of the range between the first rate, 1, and the last, 0.01, as half a cosine falls. */
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "100, 0.85355339", // (1 + cos 45°) / 2
    "200, 0.5",
    "300, 0.14644661",
    "400, 0",
    "500, 0" // a resumed training may be beyond the steps that it now has
  })
  void cosineSpansAllSteps(long step, double share) {
    for (long stepsPerEpoch : new long[] {1, 7, 1000}) {
      assertThat(LearningRateSchedule.cosine(1).rate(step, stepsPerEpoch, 401))
          .isCloseTo((float) (0.01 + 0.99 * share), within(1e-7f)); // one unit in the last place
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LINEAR, 0, 1",
    "LINEAR, 100, 0.7525", // 0.01 + 0.99 * 3 / 4
    "LINEAR, 400, 0.01",
    "LINEAR, 500, 0.01",
    "EXPONENTIAL, 0, 1",
    "EXPONENTIAL, 100, 0.31622777", // 0.01^(1/4)
    "EXPONENTIAL, 200, 0.1",
    "EXPONENTIAL, 400, 0.01",
    "EXPONENTIAL, 500, 0.01"
  })
  void otherDecaysSpanAllSteps(Decay decay, long step, float expected) {
    assertThat(LearningRateSchedule.overAllSteps(1, decay).rate(step, 7, 401))
        .isCloseTo(expected, within(1e-7f));
  }

  /** It rises by equal parts; then the decay spans the steps that are left. */
  @ParameterizedTest
  @EnumSource(Decay.class)
  void rateRisesDuringTheWarmup(Decay decay) {
    LearningRateSchedule schedule =
        decay == Decay.EPOCHS
            ? LearningRateSchedule.epochs(8, 0.5f, 1)
            : LearningRateSchedule.overAllSteps(8, decay);
    LearningRateSchedule warm = schedule.withWarmup(4);
    assertThat(warm.rate(0, 100, 105)).isEqualTo(2);
    assertThat(warm.rate(1, 100, 105)).isEqualTo(4);
    assertThat(warm.rate(3, 100, 105)).isEqualTo(8);
    assertThat(warm.rate(4, 100, 105)).isEqualTo(8);
    if (decay == Decay.EPOCHS) {
      assertThat(warm.rate(100, 100, 105)).isEqualTo(4); // epochs are counted from the first step
    } else {
      assertThat(warm.rate(54, 100, 105)).isEqualTo(schedule.rate(50, 100, 101));
    }
  }

  @Test
  void onlyStepHasTheLearningRate() {
    assertThat(LearningRateSchedule.cosine(0.5f).rate(0, 1, 1)).isEqualTo(0.5f);
    assertThat(LearningRateSchedule.cosine(0.5f).rate(0, 1, 0)).isEqualTo(0.5f);
  }

  private static LearningRateSchedule of(Object... namesAndValues) {
    Map<String, Object> given = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return LearningRateSchedule.of(new SettingValues(RunKind.TRAIN, given));
  }

  @Test
  void settingsOfDecayByEpochsChooseIt() {
    assertThat(of()).isEqualTo(LearningRateSchedule.cosine(0.002f));
    assertThat(of("learning-rate", 0.1f)).isEqualTo(LearningRateSchedule.cosine(0.1f));
    assertThat(of("decay", Decay.LINEAR, "warmup", 9))
        .isEqualTo(LearningRateSchedule.overAllSteps(0.002f, Decay.LINEAR).withWarmup(9));
    assertThat(of("decay", Decay.EPOCHS)).isEqualTo(LearningRateSchedule.epochs(0.002f, 0.97f, 10));
    assertThat(of("decay-rate", 1f)).isEqualTo(LearningRateSchedule.epochs(0.002f, 1, 10));
    assertThat(of("decay-after", 0)).isEqualTo(LearningRateSchedule.epochs(0.002f, 0.97f, 0));
    // as in the config.json of a run
    assertThat(of("decay", Decay.COSINE, "decay-rate", 1f, "decay-after", 0))
        .isEqualTo(LearningRateSchedule.cosine(0.002f));
  }

  @Test
  void cosineHasNoDecayByEpochs() {
    assertThatThrownBy(() -> of("decay", Decay.COSINE, "decay-rate", 0.9f))
        .isInstanceOf(SettingException.class)
        .hasMessage("decay-rate is for a decay by epochs, but the decay is cosine");
    assertThatThrownBy(() -> of("decay", Decay.COSINE, "decay-after", 3))
        .isInstanceOf(SettingException.class)
        .hasMessage("decay-after is for a decay by epochs, but the decay is cosine");
    assertThatThrownBy(() -> of("decay", Decay.LINEAR, "decay-rate", 0.9f))
        .isInstanceOf(SettingException.class)
        .hasMessage("decay-rate is for a decay by epochs, but the decay is linear");
  }

  private static LearningRateSchedule with(LearningRateSchedule schedule, Object... given) {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < given.length; i += 2) {
      values.put((String) given[i], given[i + 1]);
    }
    return schedule.with(new SettingValues(RunKind.TRAIN, values));
  }

  @Test
  void continuedScheduleKeepsWhatIsNotGiven() {
    LearningRateSchedule cosine = LearningRateSchedule.cosine(0.1f);
    LearningRateSchedule epochs = LearningRateSchedule.epochs(0.1f, 0.9f, 3);
    for (LearningRateSchedule schedule : new LearningRateSchedule[] {cosine, epochs}) {
      assertThat(with(schedule)).isEqualTo(schedule);
      assertThat(with(schedule, "decay", schedule.decay())).isEqualTo(schedule);
    }
    assertThat(with(cosine, "learning-rate", 0.2f)).isEqualTo(LearningRateSchedule.cosine(0.2f));
    assertThat(with(epochs, "learning-rate", 0.2f))
        .isEqualTo(LearningRateSchedule.epochs(0.2f, 0.9f, 3));
    assertThat(with(epochs, "decay-after", 0))
        .isEqualTo(LearningRateSchedule.epochs(0.1f, 0.9f, 0));
    assertThat(with(epochs, "decay", Decay.EPOCHS, "decay-rate", 0.5f))
        .isEqualTo(LearningRateSchedule.epochs(0.1f, 0.5f, 3));
  }

  @Test
  void continuedScheduleKeepsItsWarmup() {
    LearningRateSchedule warm = LearningRateSchedule.cosine(0.1f).withWarmup(5);
    assertThat(with(warm)).isEqualTo(warm);
    assertThat(with(warm, "learning-rate", 0.2f))
        .isEqualTo(LearningRateSchedule.cosine(0.2f).withWarmup(5));
    assertThat(with(warm, "decay", Decay.EXPONENTIAL))
        .isEqualTo(LearningRateSchedule.overAllSteps(0.1f, Decay.EXPONENTIAL).withWarmup(5));
    assertThat(with(warm, "warmup", 0)).isEqualTo(LearningRateSchedule.cosine(0.1f));
  }

  @Test
  void continuedScheduleChangesItsDecayAsAtTheStart() {
    LearningRateSchedule cosine = LearningRateSchedule.cosine(0.1f);
    LearningRateSchedule epochs = LearningRateSchedule.epochs(0.1f, 0.9f, 3);
    assertThat(with(epochs, "decay", Decay.COSINE)).isEqualTo(cosine);
    assertThat(with(cosine, "decay", Decay.EPOCHS))
        .isEqualTo(LearningRateSchedule.epochs(0.1f, 0.97f, 10));
    assertThat(with(cosine, "decay-rate", 0.5f))
        .isEqualTo(LearningRateSchedule.epochs(0.1f, 0.5f, 10));
    assertThat(with(cosine, "decay-after", 0, "learning-rate", 0.2f))
        .isEqualTo(LearningRateSchedule.epochs(0.2f, 0.97f, 0));
    assertThatThrownBy(() -> with(cosine, "decay", Decay.COSINE, "decay-rate", 0.9f))
        .isInstanceOf(SettingException.class)
        .hasMessage("decay-rate is for a decay by epochs, but the decay is cosine");
    assertThatThrownBy(() -> with(epochs, "decay", Decay.COSINE, "decay-after", 3))
        .isInstanceOf(SettingException.class)
        .hasMessage("decay-after is for a decay by epochs, but the decay is cosine");
  }
}
