package org.charrnn.model.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.decoding.Beam;
import org.charrnn.model.CarriedState;
import org.charrnn.model.GraphSession;
import org.charrnn.model.Tensors;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** The beginnings of a search that {@link SearchGraph} extends. */
final class SearchBeam implements Beam {
  private static final int MAX_STEPS = 64;

  private final GraphSession<SearchGraph> session;
  private final SearchGraph graph;
  private final AllowedTokens allowed;
  private CarriedState carried; // before the last tokens
  private int[] parents = {0}; // for each beginning, a row of the carried state
  private int[] last; // ids
  private double[] logProbabilities = {0};

  // Of the last call of extend:
  private int places;
  private List<List<int[]>> forbidden = List.of();
  private List<List<Extension>> extensions = List.of(); // of each step
  private int steps; // that the graph has taken
  private CarriedState extended; // before the last tokens of the extensions, or null

  /**
   * Starts a search.
   *
   * @param carried the state after the prime without its last token, in one row; the beam closes it
   * @param last the last token of the prime
   */
  SearchBeam(
      GraphSession<SearchGraph> session, AllowedTokens allowed, CarriedState carried, int last) {
    this.session = session;
    graph = session.nodes();
    this.allowed = allowed;
    this.carried = carried;
    this.last = new int[] {last};
  }

  @Override
  public int maxSteps() {
    return MAX_STEPS;
  }

  @Override
  public List<List<Extension>> extend(int places, int steps, List<List<int[]>> forbidden) {
    this.places = places;
    this.forbidden = forbidden;
    extensions = extensions(take(steps));
    if (extensions.isEmpty()) {
      reportLogits();
    }
    return extensions;
  }

  @Override
  public void advance(int steps, int[] rows) {
    if (steps < this.steps) {
      take(steps); // the state in between was not kept
    }
    List<Extension> all = extensions.get(steps - 1);
    List<Extension> selected = Arrays.stream(rows).mapToObj(all::get).toList();
    carried.close();
    carried = extended;
    extended = null;
    parents = rows;
    last = selected.stream().mapToInt(Extension::id).toArray();
    logProbabilities = selected.stream().mapToDouble(Extension::logProbability).toArray();
  }

  /** Takes steps from the beginnings, and keeps the state after them. */
  private Result take(int steps) {
    SearchLoop.Extensions results = graph.extensions();
    List<Operand<?>> fetched =
        new ArrayList<>(List.of(results.indices(), results.logProbabilities(), results.finite()));
    fetched.addAll(results.state().tensors());
    Result result = run(steps, fetched);
    closeExtended();
    extended = CarriedState.last(result, graph.state().size());
    this.steps = steps;
    return result;
  }

  private Result run(int steps, List<Operand<?>> fetched) {
    int sequences = forbidden.stream().mapToInt(List::size).max().orElse(0);
    try (TInt32 parentsTensor = TInt32.vectorOf(parents);
        TInt32 lastTensor = TInt32.vectorOf(last);
        TFloat64 logProbabilitiesTensor = TFloat64.vectorOf(logProbabilities);
        TInt32 stepsTensor = TInt32.scalarOf(steps);
        TInt32 placesTensor = TInt32.scalarOf(places);
        TInt32 forbiddenTensor =
            Tensors.of(
                Shape.of(steps, last.length, sequences), forbiddenElements(steps, sequences))) {
      Session.Runner runner =
          session
              .runner()
              .feed(graph.parents(), parentsTensor)
              .feed(graph.last(), lastTensor)
              .feed(graph.logProbabilities(), logProbabilitiesTensor)
              .feed(graph.steps(), stepsTensor)
              .feed(graph.places(), placesTensor)
              .feed(graph.forbidden(), forbiddenTensor);
      fetched.forEach(runner::fetch);
      return carried.feed(runner, graph.state()).run();
    }
  }

  /** Returns the forbidden sequences in the graph's form, those that are longer cut. */
  private int[] forbiddenElements(int steps, int sequences) {
    int rows = last.length;
    int[] elements = new int[steps * rows * sequences];
    Arrays.fill(elements, SearchLoop.NONE);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < forbidden.get(row).size(); i++) {
        int[] columns = Arrays.stream(forbidden.get(row).get(i)).map(allowed::indexOf).toArray();
        boolean isPossible = Arrays.stream(columns).allMatch(column -> column >= 0);
        for (int step = 0; isPossible && step < Math.min(steps, columns.length); step++) {
          boolean isLast = step == columns.length - 1;
          elements[(step * rows + row) * sequences + i] =
              isLast ? SearchLoop.lastOf(columns[step], allowed.ids().length) : columns[step];
        }
      }
    }
    return elements;
  }

  private List<List<Extension>> extensions(Result result) {
    int[] indices = StdArrays.array1dCopyOf((TInt32) result.get(0));
    double[] sums = StdArrays.array1dCopyOf((TFloat64) result.get(1));
    boolean[] isFinite = StdArrays.array1dCopyOf((TBool) result.get(2));
    int columns = allowed.ids().length;
    List<List<Extension>> all = new ArrayList<>();
    int from = 0;
    int rows = last.length;
    for (int step = 0; step < steps && isFinite[step]; step++) {
      rows = (int) Math.min(places, (long) rows * columns);
      List<Extension> ofStep = new ArrayList<>();
      for (int i = from; i < from + rows && sums[i] > Double.NEGATIVE_INFINITY; i++) {
        int id = allowed.ids()[indices[i] % columns];
        ofStep.add(new Extension(indices[i] / columns, id, sums[i]));
      }
      all.add(ofStep);
      from += rows;
      if (ofStep.isEmpty()) {
        break;
      }
    }
    return all;
  }

  private void reportLogits() {
    try (Result result = run(1, List.of(graph.extensions().logits()))) {
      for (float[] row : StdArrays.array2dCopyOf((TFloat32) result.get(0))) {
        allowed.mostLikely(row);
      }
    }
    throw new IllegalStateException("the log probabilities are not finite, but the logits are");
  }

  private void closeExtended() {
    if (extended != null) {
      extended.close();
    }
  }

  @Override
  public void close() {
    closeExtended();
    carried.close();
  }
}
