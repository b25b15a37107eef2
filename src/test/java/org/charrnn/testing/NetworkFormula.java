package org.charrnn.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.model.CellKind;
import org.charrnn.model.ModelConfig;

/** A reference implementation of a whole network in plain Java and double precision. */
public record NetworkFormula(ModelConfig config) {

  /** The logits of a sequence, {@code [batch][time][classes]}, and the final state. */
  @SuppressWarnings("ArrayRecordComponent") // a plain data carrier
  public record Outputs(double[][][] logits, List<double[][]> state) {}

  /** Returns a random state with values between -1 and 1, arrays of {@code [batch][hidden]}. */
  public List<double[][]> randomState(SplittableRandom random, int batch) {
    return Stream.generate(() -> Numbers.matrix(random, batch, config.hiddenSize()))
        .limit((long) stateTensors() * config.layers())
        .toList();
  }

  private int stateTensors() {
    return config.cell() == CellKind.LSTM ? 2 : 1;
  }

  /**
   * Runs the network over a sequence.
   *
   * @param weights elements of each weight, in the order of {@link ModelConfig#weightShapes()}
   * @param ids {@code [batch][time]}
   * @param initial the state before the first step
   */
  public Outputs run(List<double[]> weights, int[][] ids, List<double[][]> initial) {
    List<double[]> remaining = new ArrayList<>(weights);
    double[] embedding = weights.get(0); // if there is one
    double[][] inputs = // a row for each id
        config.embeddingSize() == 0
            ? oneHot(config.classes())
            : Numbers.rows(remaining.remove(0), config.embeddingSize());
    double[][][] x =
        Arrays.stream(ids)
            .map(row -> Arrays.stream(row).mapToObj(id -> inputs[id]).toArray(double[][]::new))
            .toArray(double[][][]::new);
    List<CellFormula> cells =
        Stream.generate(() -> cell(remaining)).limit(config.layers()).toList();
    double[][] softmaxW =
        config.tieEmbeddings()
            ? transposed(Numbers.rows(embedding, config.embeddingSize()))
            : Numbers.rows(remaining.remove(0), config.classes());
    double[] softmaxB = remaining.get(0);

    CellFormula.Sequence rnn = CellFormula.stack(cells, stateTensors()).run(x, initial);
    double[][][] logits =
        Arrays.stream(rnn.outputs())
            .map(
                row ->
                    Arrays.stream(row)
                        .map(output -> SoftmaxFormula.logits(output, softmaxW, softmaxB))
                        .toArray(double[][]::new))
            .toArray(double[][][]::new);
    return new Outputs(logits, rnn.state());
  }

  /** Removes the weights of one cell from the list. */
  private CellFormula cell(List<double[]> remaining) {
    int hidden = config.hiddenSize();
    return switch (config.cell()) {
      case LSTM -> {
        var lstm =
            new LstmFormula(Numbers.rows(remaining.remove(0), 4 * hidden), remaining.remove(0), 1);
        yield (x, previous) -> {
          var next = lstm.step(x, new LstmFormula.State(previous.get(0), previous.get(1)));
          return List.of(next.c(), next.h());
        };
      }
      case GRU ->
          new GruFormula(
              Numbers.rows(remaining.remove(0), 2 * hidden),
              remaining.remove(0),
              Numbers.rows(remaining.remove(0), hidden),
              remaining.remove(0));
      case RNN -> new RnnFormula(Numbers.rows(remaining.remove(0), hidden), remaining.remove(0));
    };
  }

  private static double[][] transposed(double[][] matrix) {
    return IntStream.range(0, matrix[0].length)
        .mapToObj(column -> Arrays.stream(matrix).mapToDouble(row -> row[column]).toArray())
        .toArray(double[][]::new);
  }

  private static double[][] oneHot(int classes) {
    return IntStream.range(0, classes)
        .mapToObj(id -> IntStream.range(0, classes).mapToDouble(k -> k == id ? 1 : 0).toArray())
        .toArray(double[][]::new);
  }
}
