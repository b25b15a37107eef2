package org.charrnn.cli.training;

import java.io.PrintWriter;
import java.util.Locale;
import org.charrnn.cli.limits.TrainingSize;
import org.charrnn.cli.options.ValueTable;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingDefinition;
import org.charrnn.settings.SettingValues;
import org.charrnn.store.RunConfig;

/** Prints the settings of a training that is not run. */
final class DryRun {
  private DryRun() {}

  /**
   * Prints all settings, the numbers of parameters and steps and the estimates of memory and disk.
   */
  static void print(PrintWriter out, TrainingPlan plan) {
    RunConfig config = plan.config();
    ValueTable rows = new ValueTable();
    addSettings(rows, config, config.kind());
    rows.put("level", config.text().level().toString());
    plan.otherSettings().forEach(settings -> addSettings(rows, settings, config.kind()));
    int files = config.text().fileCount();
    rows.put("files", files == 0 ? "-" : ValueTable.format(files));
    rows.put("init-from", config.initFrom() == null ? "-" : config.initFrom());
    rows.put("tokens", config.text().tokens());
    rows.put("vocabulary", config.model().classes());
    rows.put("parameters", config.model().parameters());
    TrainingSize size = TrainingSize.of(config);
    rows.put("memory", megabytes(size.memoryBytes()));
    rows.put("disk", megabytes(size.diskBytes()));
    rows.print(out, "");
    out.flush();
  }

  private static String megabytes(double bytes) {
    return String.format(Locale.ROOT, "%,.0f MB (estimate)", bytes / 1e6);
  }

  /** Adds the settings that a kind of run has, of a record and of the records in it. */
  private static void addSettings(ValueTable rows, Record settings, RunKind kind) {
    SettingValues values = SettingValues.of(kind, settings);
    SettingDefinition.ofAll(settings.getClass()).stream()
        .filter(definition -> definition.isOf(kind))
        .forEach(
            definition -> rows.put(definition.name(), definition.format(values.value(definition))));
  }
}
