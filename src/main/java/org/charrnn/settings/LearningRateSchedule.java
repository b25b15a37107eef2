package org.charrnn.settings;

/**
 * The learning rate of each step. It falls along half a cosine from the first step to the last, or,
 * as in char-rnn, is constant at first and then multiplied by a factor after every epoch.
 *
 * @param learningRate Adam's learning rate at the start, above 0
 * @param decay how it falls
 * @param decayRate factor after each epoch, above 0, at most 1; 1 if it falls along a cosine
 * @param decayAfter epochs before the decay starts, at least 0; 0 if it falls along a cosine
 */
public record LearningRateSchedule(
    @Setting(
            label = "RATE",
            defaultValue = "0.002",
            lab = "0.1",
            above = 0,
            resumable = true,
            help = "Adam's learning rate")
        float learningRate,
    @Setting(
            label = "SCHEDULE",
            defaultValue = Setting.AUTO,
            absent = "epochs",
            auto = "cosine unless one of the next two options is given",
            resumable = true,
            help =
                "How the learning rate falls: cosine over all steps, to a hundredth; epochs by a"
                    + " factor after each epoch")
        Decay decay,
    @Setting(
            label = "FACTOR",
            defaultValue = Setting.AUTO,
            above = 0,
            max = 1,
            auto = "0.97 for a decay by epochs, otherwise 1",
            resumable = true,
            help = "Factor that multiplies the learning rate after each epoch; 1 keeps it constant")
        float decayRate,
    @Setting(
            defaultValue = Setting.AUTO,
            min = 0,
            auto = "10 for a decay by epochs, otherwise 0",
            resumable = true,
            help = "Epochs before the decay by epochs starts")
        int decayAfter) {
  /** The last step's share of the learning rate, if it falls along a cosine. */
  private static final double LAST = 0.01;

  private static final float DEFAULT_DECAY_RATE = 0.97f;
  private static final int DEFAULT_DECAY_AFTER = 10;

  public LearningRateSchedule {
    SettingChecks.check(LearningRateSchedule.class, learningRate, decay, decayRate, decayAfter);
    if (decay == Decay.COSINE && (decayRate != 1 || decayAfter != 0)) {
      throw new SettingException(
          decayRate == 1 ? "decay-after" : "decay-rate",
          "is for a decay by epochs, but the decay is cosine");
    }
  }

  /** A rate that does not decay. */
  public static LearningRateSchedule constant(float learningRate) {
    return epochs(learningRate, 1, 0);
  }

  /** A rate that decays by epochs. */
  public static LearningRateSchedule epochs(float learningRate, float decayRate, int decayAfter) {
    return new LearningRateSchedule(learningRate, Decay.EPOCHS, decayRate, decayAfter);
  }

  /** A rate that falls over the whole training. */
  public static LearningRateSchedule cosine(float learningRate) {
    return new LearningRateSchedule(learningRate, Decay.COSINE, 1, 0);
  }

  /** Resolves the settings of a schedule: those of a decay by epochs choose it. */
  public static LearningRateSchedule of(SettingValues given) {
    Class<? extends Record> type = LearningRateSchedule.class;
    boolean isByEpochs =
        given.value(type, "decay-rate") != null || given.value(type, "decay-after") != null;
    SettingValues chosen = given.derive("decay", isByEpochs ? Decay.EPOCHS : Decay.COSINE);
    boolean isCosine = chosen.value(type, "decay") == Decay.COSINE;
    return chosen
        .derive("decay-rate", isCosine ? 1f : DEFAULT_DECAY_RATE)
        .derive("decay-after", isCosine ? 0 : DEFAULT_DECAY_AFTER)
        .build(LearningRateSchedule.class);
  }

  /**
   * Returns the schedule of a training that continues with other settings. As at the start, those
   * of a decay by epochs choose it; if the decay changes, its other settings have their defaults.
   */
  public LearningRateSchedule with(SettingValues given) {
    SettingValues own = SettingValues.of(RunKind.TRAIN, this);
    boolean isByEpochs = given.isGiven("decay-rate") || given.isGiven("decay-after");
    SettingValues chosen = given.derive("decay", isByEpochs ? Decay.EPOCHS : decay);
    return chosen.value(LearningRateSchedule.class, "decay") == decay
        ? of(given.orElse(own))
        : of(given.orElse(own.only("learning-rate")));
  }

  /**
   * Returns the learning rate of a step.
   *
   * @param step counted from 0
   * @param stepsPerEpoch steps in an epoch
   * @param steps of the whole training
   */
  public float rate(long step, long stepsPerEpoch, long steps) {
    return switch (decay) {
      case COSINE -> cosineRate((double) step / Math.max(1, steps - 1));
      case EPOCHS -> epochRate(step / stepsPerEpoch);
    };
  }

  /**
   * @param done share of the training that is done, from 0 at the first step to 1 at the last
   */
  private float cosineRate(double done) {
    double share = (1 + StrictMath.cos(StrictMath.PI * Math.min(done, 1))) / 2;
    return (float) (learningRate * (LAST + (1 - LAST) * share));
  }

  private float epochRate(long epoch) {
    double decays = Math.max(0, epoch + 1 - Math.max(decayAfter, 1L));
    return (float) (learningRate * Math.pow(decayRate, decays));
  }
}
