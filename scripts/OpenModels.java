import java.nio.file.Path;
import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.GenerationModel;
import org.charrnn.model.Kernel;
import org.charrnn.model.LabModel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.StepModel;
import org.charrnn.sample.BeamSearch;
import org.charrnn.sample.SamplingConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Windows;
import org.charrnn.train.LabConfig;

/**
 * Opens a model, uses it and closes it again, for check_memory.py: by turns one that writes a text,
 * one that searches for one, and one that takes a training step.
 *
 * <p>{@code java -cp CLASSPATH scripts/OpenModels.java RUN COUNT}, with a run of the lab.
 */
class OpenModels {
  private static final int LENGTH = 10;

  private final Path run;

  private OpenModels(Path run) {
    this.run = run;
  }

  public static void main(String[] args) {
    OpenModels models = new OpenModels(Path.of(args[0]));
    int count = Integer.parseInt(args[1]);
    for (int i = 0; i < count; i++) {
      models.open(i);
    }
  }

  private void open(int number) {
    TrainedModel model = TrainedModel.open(run);
    ModelConfig network = model.config().model();
    List<VariableValue> weights = model.weights();
    int[] prime = model.vocabulary().encode("people");
    switch (number % 3) {
      case 0 -> {
        try (var writer =
            new GenerationModel(network, model.vocabulary(), SamplingConfig.GREEDY)) {
          writer.setWeights(weights);
          writer.generate(prime, LENGTH, 1, number, (row, id) -> {});
        }
      }
      case 1 -> {
        try (StepModel reader = new StepModel(network)) {
          reader.setWeights(weights);
          new BeamSearch(reader, 2).search(prime, LENGTH);
        }
      }
      default -> {
        Windows windows = Windows.of(model.vocabulary().encode(LabConfig.SENTENCE), LENGTH);
        try (LabModel learner = new LabModel(network, windows, Kernel.fused(1), 0.1f, number)) {
          learner.setWeights(weights);
          learner.train();
        }
      }
    }
  }
}
