package org.charrnn.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingChange;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;

/**
 * The content of a run's {@code config.json}: all settings of the run, including derived ones, so
 * that it can be repeated.
 *
 * @param version of the program that started the run
 * @param kind lab or train
 * @param model architecture of the network
 * @param text description of the training text
 * @param training how the network is trained
 * @param kernel how training steps are computed
 * @param slicing how batches are divided
 * @param initFrom path that the initial weights were read from, or null
 * @param changes of training settings when the run was resumed, in the order of steps
 */
public record RunConfig(
    String version,
    RunKind kind,
    ModelConfig model,
    TextConfig text,
    TrainingConfig training,
    ComputeKernel kernel,
    Slicing slicing,
    String initFrom,
    List<SettingChange> changes) {
  public RunConfig {
    if (Stream.of(version, kind, model, text, training, kernel, slicing)
        .anyMatch(Objects::isNull)) {
      throw new InputException(
          "one of version, kind, model, text, training, kernel, slicing is null");
    }
    changes = List.copyOf(changes);
  }

  /** Describes a run whose settings were never changed. */
  public RunConfig(
      String version,
      RunKind kind,
      ModelConfig model,
      TextConfig text,
      TrainingConfig training,
      ComputeKernel kernel,
      Slicing slicing,
      String initFrom) {
    this(version, kind, model, text, training, kernel, slicing, initFrom, List.of());
  }

  /** Returns the configuration that applied at a step: without the changes after it. */
  public RunConfig at(long step) {
    return with(
        SettingChange.undo(changes(change -> change.step() > step), training),
        changes(change -> change.step() <= step));
  }

  /**
   * Returns the configuration of a run that continues with other training settings.
   *
   * @param step steps done
   */
  public RunConfig changedAt(long step, TrainingConfig newTraining) {
    RunConfig before = at(step - 1);
    List<SettingChange> all = new ArrayList<>(before.changes);
    all.addAll(SettingChange.between(step, before.training, newTraining));
    return with(newTraining, all);
  }

  private List<SettingChange> changes(Predicate<SettingChange> some) {
    return changes.stream().filter(some).toList();
  }

  private RunConfig with(TrainingConfig newTraining, List<SettingChange> newChanges) {
    return new RunConfig(
        version, kind, model, text, newTraining, kernel, slicing, initFrom, newChanges);
  }

  /** Returns the configuration of a run that trains in another way from its start. */
  public RunConfig withTraining(TrainingConfig newTraining) {
    return with(newTraining, changes);
  }

  /** Returns the same configuration with another description of the text. */
  public RunConfig withText(TextConfig newText) {
    return new RunConfig(
        version, kind, model, newText, training, kernel, slicing, initFrom, changes);
  }

  /**
   * Returns the configuration that an exported model has: without paths of this machine, which may
   * be private, and with the last settings alone.
   */
  RunConfig exported() {
    return new RunConfig(
        version, kind, model, text.withoutPaths(), training, kernel, slicing, null);
  }
}
