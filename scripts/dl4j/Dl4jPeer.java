import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Runs training or generation in DL4J, for compare_speed.py.
 *
 * <pre>
 * train 50 50 128 2 65      batch, sequence, hidden, layers, vocabulary
 * generate 64 128 2 65      texts, hidden, layers, vocabulary
 * </pre>
 *
 * <p>It runs one step and prints {@code ready}. For each line {@code N} on standard input it runs N
 * steps (or generates N characters of each text) and prints the elapsed seconds.
 */
final class Dl4jPeer {
  private static final double LEARNING_RATE = 0.002;
  private static final double CLIP = 5;

  /** The number of sequences after which {@code fit} resets the state. */
  private static final int WINDOWS = 8;

  private Dl4jPeer() {}

  /** Runs a number of steps. */
  private interface Steps {
    void run(int count);
  }

  public static void main(String[] args) throws IOException {
    int[] sizes = IntStream.range(1, args.length).map(i -> Integer.parseInt(args[i])).toArray();
    Steps steps =
        args[0].equals("train")
            ? training(sizes[0], sizes[1], network(sizes[1], sizes[2], sizes[3], sizes[4]))
            : generation(sizes[0], network(1, sizes[1], sizes[2], sizes[3]));
    steps.run(1);
    System.out.println("ready");
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      long start = System.nanoTime();
      steps.run(Integer.parseInt(line));
      System.out.println((System.nanoTime() - start) / 1e9);
    }
  }

  /** Returns a network of LSTM layers; DL4J clips the gradients of each layer by their own norm. */
  private static MultiLayerNetwork network(int sequence, int hidden, int layers, int classes) {
    var builder =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(LEARNING_RATE))
            .gradientNormalization(GradientNormalization.ClipL2PerLayer)
            .gradientNormalizationThreshold(CLIP)
            .list();
    for (int i = 0; i < layers; i++) {
      int inputs = i == 0 ? classes : hidden;
      builder.layer(
          new LSTM.Builder().nIn(inputs).nOut(hidden).activation(Activation.TANH).build());
    }
    builder.layer(
        new RnnOutputLayer.Builder(LossFunction.MCXENT)
            .activation(Activation.SOFTMAX)
            .nIn(hidden)
            .nOut(classes)
            .build());
    builder.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(sequence);
    var network = new MultiLayerNetwork(builder.build());
    network.init();
    return network;
  }

  /**
   * Returns training on random text. A step is one sequence; {@code fit} trains on up to {@code
   * WINDOWS} of them, with the state carried over from each to the next.
   */
  private static Steps training(int batch, int sequence, MultiLayerNetwork network) {
    int classes = network.layerInputSize(0);
    INDArray inputs = randomText(batch, classes, WINDOWS * sequence);
    INDArray targets = randomText(batch, classes, WINDOWS * sequence);
    return count -> {
      for (int done = 0; done < count; done += WINDOWS) {
        var part = NDArrayIndex.interval(0, Math.min(WINDOWS, count - done) * sequence);
        network.fit(
            inputs.get(NDArrayIndex.all(), NDArrayIndex.all(), part),
            targets.get(NDArrayIndex.all(), NDArrayIndex.all(), part));
      }
      network.score();
    };
  }

  /** Returns one-hot characters, {@code [batch, classes, length]}. */
  private static INDArray randomText(int batch, int classes, int length) {
    var random = new Random(1);
    INDArray text = Nd4j.create(new int[] {batch, classes, length}, 'f');
    for (int row = 0; row < batch; row++) {
      for (int time = 0; time < length; time++) {
        text.putScalar(row, random.nextInt(classes), time, 1);
      }
    }
    return text;
  }

  /** Returns generation, where a step is one character in each text. */
  private static Steps generation(int texts, MultiLayerNetwork network) {
    int classes = network.layerInputSize(0);
    var random = new Random(1);
    INDArray inputs = Nd4j.zeros(texts, classes);
    int[] ids = new int[texts];
    return count -> {
      for (int i = 0; i < count; i++) {
        for (int row = 0; row < texts; row++) {
          inputs.putScalar(row, ids[row], 1);
        }
        float[] probabilities = network.rnnTimeStep(inputs).data().asFloat();
        for (int row = 0; row < texts; row++) {
          inputs.putScalar(row, ids[row], 0);
          ids[row] = sample(probabilities, row * classes, classes, random.nextFloat());
        }
      }
    };
  }

  /** Samples from the probabilities at {@code start}, given a uniform random number. */
  private static int sample(float[] probabilities, int start, int classes, float uniform) {
    float rest = uniform;
    for (int i = 0; i < classes - 1; i++) {
      rest -= probabilities[start + i];
      if (rest < 0) {
        return i;
      }
    }
    return classes - 1;
  }
}
