package org.charrnn.settings;

/**
 * The learning rate of each step. It rises linearly during the warm-up (Goyal et al.,
 * arXiv:1706.02677). Then it falls until the last step: along half a cosine (Loshchilov and Hutter,
 * arXiv:1608.03983), linearly or exponentially. Or, as in char-rnn, it is constant at first and
 * then multiplied by a factor after every epoch.
 *
 * @param learningRate Adam's learning rate after the warm-up, above 0
 * @param warmup steps until the learning rate is reached, at least 0
 * @param decay how it falls
 * @param decayRate factor after each epoch, above 0, at most 1; 1 unless it falls by epochs
 * @param decayAfter epochs before the decay starts, at least 0; 0 unless it falls by epochs
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
            defaultValue = "0",
            absent = "0",
            min = 0,
            resumable = true,
            help = "Steps over which the learning rate rises to its value at the start")
        int warmup,
    @Setting(
            label = "SCHEDULE",
            defaultValue = Setting.AUTO,
            absent = "epochs",
            auto = "cosine unless one of the next two options is given",
            resumable = true,
            help =
                "How the learning rate falls: cosine, linear or exponential over all steps, to a"
                    + " hundredth; epochs by a factor after each epoch")
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
  /** The last step's share of the learning rate, unless it falls by epochs. */
  private static final double LAST = 0.01;

  private static final float DEFAULT_DECAY_RATE = 0.97f;
  private static final int DEFAULT_DECAY_AFTER = 10;

  public LearningRateSchedule {
    SettingChecks.check(
        LearningRateSchedule.class, learningRate, warmup, decay, decayRate, decayAfter);
    if (decay != Decay.EPOCHS && (decayRate != 1 || decayAfter != 0)) {
      throw new SettingException(
          decayRate == 1 ? "decay-after" : "decay-rate",
          "is for a decay by epochs, but the decay is " + decay);
    }
  }

  /** A rate that does not decay. */
  public static LearningRateSchedule constant(float learningRate) {
    return epochs(learningRate, 1, 0);
  }

  /** A rate that decays by epochs. */
  public static LearningRateSchedule epochs(float learningRate, float decayRate, int decayAfter) {
    return new LearningRateSchedule(learningRate, 0, Decay.EPOCHS, decayRate, decayAfter);
  }

  /** A rate that falls along a cosine over the whole training. */
  public static LearningRateSchedule cosine(float learningRate) {
    return overAllSteps(learningRate, Decay.COSINE);
  }

  /**
   * A rate that falls over the whole training.
   *
   * @param decay not by epochs
   */
  public static LearningRateSchedule overAllSteps(float learningRate, Decay decay) {
    return new LearningRateSchedule(learningRate, 0, decay, 1, 0);
  }

  /** The same schedule with another number of steps to warm up. */
  public LearningRateSchedule withWarmup(int newWarmup) {
    return new LearningRateSchedule(learningRate, newWarmup, decay, decayRate, decayAfter);
  }

  /** Resolves the settings of a schedule: those of a decay by epochs choose it. */
  public static LearningRateSchedule of(SettingValues given) {
    Class<? extends Record> type = LearningRateSchedule.class;
    boolean isByEpochs =
        given.value(type, "decay-rate") != null || given.value(type, "decay-after") != null;
    SettingValues chosen = given.derive("decay", isByEpochs ? Decay.EPOCHS : Decay.COSINE);
    boolean fallsByEpochs = chosen.value(type, "decay") == Decay.EPOCHS;
    return chosen
        .derive("decay-rate", fallsByEpochs ? DEFAULT_DECAY_RATE : 1f)
        .derive("decay-after", fallsByEpochs ? DEFAULT_DECAY_AFTER : 0)
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
        : of(given.orElse(own.only("learning-rate", "warmup")));
  }

  /**
   * Returns the learning rate of a step.
   *
   * @param step counted from 0
   * @param stepsPerEpoch steps in an epoch
   * @param steps of the whole training
   */
  public float rate(long step, long stepsPerEpoch, long steps) {
    if (step < warmup) {
      return learningRate * (step + 1) / warmup;
    }
    double done = Math.min(1, (double) (step - warmup) / Math.max(1, steps - 1 - warmup));
    return switch (decay) {
      case COSINE -> between((1 + StrictMath.cos(StrictMath.PI * done)) / 2);
      case LINEAR -> between(1 - done);
      case EXPONENTIAL -> (float) (learningRate * StrictMath.pow(LAST, done));
      case EPOCHS -> epochRate(step / stepsPerEpoch);
    };
  }

  /**
   * @param share 1 for the learning rate, 0 for that of the last step
   */
  private float between(double share) {
    return (float) (learningRate * (LAST + (1 - LAST) * share));
  }

  private float epochRate(long epoch) {
    double decays = Math.max(0, epoch + 1 - Math.max(decayAfter, 1L));
    return (float) (learningRate * Math.pow(decayRate, decays));
  }
}
