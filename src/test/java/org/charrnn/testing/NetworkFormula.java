package org.charrnn.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.testing.CellFormula;
import org.charrnn.testing.GruFormula;
import org.charrnn.testing.LstmFormula;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.RnnFormula;
import org.charrnn.testing.SoftmaxFormula;

/** A whole network in plain Java and double precision, from ids to logits. */
record NetworkFormula(ModelConfig config) {

  /** What a sequence gives: logits {@code [batch][time][classes]} and the last state. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data
  record Outputs(double[][][] logits, List<double[][]> state) {}

  /** A state with numbers in -1 to 1, each {@code [batch][hidden]}. */
  List<double[][]> randomState(SplittableRandom random, int batch) {
    return Stream.generate(() -> Numbers.matrix(random, batch, config.hiddenSize()))
        .limit((long) stateTensors() * config.layers())
        .toList();
  }

  private int stateTensors() {
    return config.cell() == CellKind.LSTM ? 2 : 1;
  }

  /**
   * Reads ids.
   *
   * @param weights the elements of each variable, in the order of the graph's
   * @param ids {@code [batch][time]}
   */
  Outputs run(List<double[]> weights, int[][] ids, List<double[][]> initial) {
    List<double[]> left = new ArrayList<>(weights);
    double[][] inputs = // of each id
        config.embeddingSize() == 0
            ? oneHot(config.classes())
            : Numbers.rows(left.remove(0), config.embeddingSize());
    double[][][] x =
        Arrays.stream(ids)
            .map(row -> Arrays.stream(row).mapToObj(id -> inputs[id]).toArray(double[][]::new))
            .toArray(double[][][]::new);
    List<CellFormula> cells = Stream.generate(() -> cell(left)).limit(config.layers()).toList();
    double[][] softmaxW = Numbers.rows(left.get(0), config.classes());
    double[] softmaxB = left.get(1);

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

  /** Takes the weights of one cell off the list. */
  private CellFormula cell(List<double[]> left) {
    int hidden = config.hiddenSize();
    return switch (config.cell()) {
      case LSTM -> {
        var lstm = new LstmFormula(Numbers.rows(left.remove(0), 4 * hidden), left.remove(0), 1);
        yield (x, previous) -> {
          var next = lstm.step(x, new LstmFormula.State(previous.get(0), previous.get(1)));
          return List.of(next.c(), next.h());
        };
      }
      case GRU ->
          new GruFormula(
              Numbers.rows(left.remove(0), 2 * hidden),
              left.remove(0),
              Numbers.rows(left.remove(0), hidden),
              left.remove(0));
      case RNN -> new RnnFormula(Numbers.rows(left.remove(0), hidden), left.remove(0));
    };
  }

  private static double[][] oneHot(int classes) {
    return IntStream.range(0, classes)
        .mapToObj(id -> IntStream.range(0, classes).mapToDouble(k -> k == id ? 1 : 0).toArray())
        .toArray(double[][]::new);
  }
}
