package org.charrnn.bulk;

import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.charrnn.engine.Engine;
import org.charrnn.engine.TaskCache;
import org.charrnn.engine.Work;
import org.charrnn.model.BatchShape;
import org.charrnn.model.EvaluationModel;
import org.charrnn.model.SessionSettings;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.train.Evaluation;

/** Tells of many texts how well a model knows each: the same as of one alone, whoever reads it. */
public final class BulkEvaluation {
  private BulkEvaluation() {}

  /**
   * Reads texts.
   *
   * @param session how each is read
   * @param texts of at least two tokens each
   * @return what each was found to be, in the order of the texts
   */
  public static List<Evaluation> read(
      Engine engine, SessionSettings session, TrainedModel model, List<TokenIds> texts) {
    // Those that are read in batches of one shape stand together, so that a model is built once.
    List<Integer> order =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparing(i -> Evaluation.shape(range(texts.get(i))).batchSize()))
            .toList();
    String owner = UUID.randomUUID().toString();
    try {
      List<Evaluation> found =
          engine.map(
              new Reading(owner, session),
              SharedModel.of(model),
              order.stream().map(texts::get).toList());
      Evaluation[] inOrder = new Evaluation[texts.size()];
      for (int i = 0; i < inOrder.length; i++) {
        inOrder[order.get(i)] = found.get(i);
      }
      return List.of(inOrder);
    } finally {
      engine.release(owner);
    }
  }

  private static TokenRange range(TokenIds ids) {
    return new TokenRange("the text", ids, 0, ids.size());
  }

  /** A model for texts of one shape after another. */
  private static final class Reader implements AutoCloseable {
    private EvaluationModel model;

    Evaluation read(SharedModel shared, SessionSettings session, TokenRange text) {
      BatchShape shape = Evaluation.shape(text);
      if (model == null || !model.shape().equals(shape)) {
        close();
        model = new EvaluationModel(shared.network(), shape, session);
        model.setWeights(shared.weightValues());
      }
      return Evaluation.of(model, text, read -> {});
    }

    @Override
    public void close() {
      if (model != null) {
        model.close();
      }
    }
  }

  private record Reading(String owner, SessionSettings session)
      implements Work<SharedModel, TokenIds, Evaluation> {
    @Override
    public Evaluation apply(SharedModel shared, TokenIds text) {
      return TaskCache.use(
          owner, Reader.class, Reader::new, reader -> reader.read(shared, session, range(text)));
    }
  }
}
