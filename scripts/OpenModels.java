import java.nio.file.Path;
import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.decoding.BeamConfig;
import org.charrnn.decoding.BeamSearch;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.generation.GenerationModel;
import org.charrnn.model.generation.SearchModel;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.batches.Windows;
import org.charrnn.train.DivergedException;
import org.charrnn.train.LabText;
import org.charrnn.train.LabTrainer;

/**
 * Opens, uses and closes models, for check_memory.py. It alternates between sampling a text, a beam
 * search and a training step.
 *
 * <p>Usage: {@code java -cp CLASSPATH scripts/OpenModels.java RUN COUNT}, where RUN is a run
 * directory of the lab.
 */
class OpenModels {
  private static final int LENGTH = 10;

  private final Path run;

  private OpenModels(Path run) {
    this.run = run;
  }

  public static void main(String[] args) throws DivergedException {
    OpenModels models = new OpenModels(Path.of(args[0]));
    int count = Integer.parseInt(args[1]);
    for (int i = 0; i < count; i++) {
      models.use(i);
    }
  }

  private void use(int index) throws DivergedException {
    TrainedModel model = TrainedModel.open(run);
    ModelConfig network = model.config().model();
    List<VariableValue> weights = model.weights();
    int[] prime = model.vocabulary().encode("people");
    switch (index % 3) {
      case 0 -> {
        try (var generator =
            GenerationModel.open(
                network,
                model.vocabulary(),
                SamplingConfig.GREEDY,
                weights,
                SessionSettings.SEQUENTIAL)) {
          generator.generate(prime, LENGTH, 1, index, (row, id) -> {});
        }
      }
      case 1 -> {
        AllowedTokens allowed = new AllowedTokens(network.classes());
        try (SearchModel searchModel = SearchModel.open(network, allowed, weights)) {
          new BeamSearch(searchModel, BeamConfig.ofWidth(2)).search(prime, LENGTH);
        }
      }
      default -> {
        Windows windows = Windows.of(model.vocabulary().encode(LabText.SENTENCE), LENGTH);
        try (LabTrainer trainer =
            LabTrainer.open(network, windows, ComputeKernel.fused(1), 0.1f, index)) {
          trainer.train(0, 1);
        }
      }
    }
  }
}
