package org.charrnn.cli.evaluation;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.charrnn.cli.training.TextLoader;
import org.charrnn.settings.SettingValues;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.Tokenization;
import org.charrnn.text.files.ReadProgress;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TokenizedText;

/** Reads files as texts of a model. */
public final class FileTexts {
  private final TrainedModel model;
  private final TextFormat format;
  private final TextLoader loader;

  /**
   * @param given settings of the files
   * @param err receives what is unusual about a text
   */
  public FileTexts(TrainedModel model, SettingValues given, PrintWriter err) {
    this.model = model;
    format = format(given, model);
    loader = new TextLoader(err);
  }

  /**
   * The text is read as that of the model; a line feed that it does not know separates no files.
   */
  private static TextFormat format(SettingValues given, TrainedModel model) {
    TextNormalization normalization = model.config().text().normalization();
    TextFormat format = given.build(TextFormat.class, Map.of("normalization", normalization));
    boolean isDefault = format.separator().equals(TextFormat.UTF_8.separator());
    return isDefault ? format.withSeparatorOf(model.vocabulary()) : format;
  }

  /** How the bytes of the files become a text. */
  public TextFormat format() {
    return format;
  }

  /** Reads files as one text, and shows the progress. */
  public EvaluatedText join(List<Path> files) {
    return encode(loader.read(files, format, tokenization()));
  }

  /** Reads one of many files. */
  public EvaluatedText readOne(Path file) {
    return encode(TokenizedText.read(List.of(file), format, tokenization(), ReadProgress.NONE));
  }

  private Tokenization tokenization() {
    return model.vocabulary().tokenization();
  }

  private EvaluatedText encode(TokenizedText tokens) {
    return EvaluatedText.whole(loader.encode(tokens, model.vocabulary()));
  }
}
