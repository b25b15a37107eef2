package org.charrnn.bulk;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.charrnn.engine.Engine;
import org.charrnn.engine.TaskCache;
import org.charrnn.engine.TaskOwner;
import org.charrnn.engine.Work;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.EvaluationSession;
import org.charrnn.settings.BatchShape;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.train.Evaluation;

/** Evaluates many texts. The result for each does not depend on where it is computed. */
public final class BulkEvaluation {
  private BulkEvaluation() {}

  /**
   * Evaluates texts.
   *
   * @param session how each evaluation runs
   * @param texts of at least two tokens each
   * @return the evaluations, in the order of the texts
   */
  public static List<Evaluation> evaluate(
      Engine engine, SessionSettings session, TrainedModel model, List<TokenIds> texts) {
    // Texts with the same shape of batches are neighbours, so that a model is built only once.
    List<Integer> order =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparing(i -> Evaluation.shape(range(texts.get(i))).batchSize()))
            .toList();
    try (TaskOwner owner = TaskOwner.of(engine)) {
      List<Evaluation> evaluations =
          engine.map(
              new EvaluationWork(owner.name(), session),
              SharedModel.of(model),
              order.stream().map(texts::get).toList());
      Evaluation[] inOrder = new Evaluation[texts.size()];
      for (int i = 0; i < inOrder.length; i++) {
        inOrder[order.get(i)] = evaluations.get(i);
      }
      return List.of(inOrder);
    }
  }

  private static TokenRange range(TokenIds ids) {
    return new TokenRange("the text", ids, 0, ids.size());
  }

  /** Evaluates texts with one session as long as the shape of their batches is the same. */
  private static final class Evaluator implements AutoCloseable {
    private EvaluationSession model;

    Evaluation evaluate(SharedModel shared, SessionSettings session, TokenRange text) {
      BatchShape shape = Evaluation.shape(text);
      if (model == null || !model.shape().equals(shape)) {
        close();
        model = EvaluationSession.open(shared.network(), shape, shared.weightValues(), session);
      }
      return Evaluation.of(model, text, read -> {});
    }

    @Override
    public void close() {
      if (model != null) {
        EvaluationSession closed = model;
        model = null;
        closed.close();
      }
    }
  }

  private record EvaluationWork(String owner, SessionSettings session)
      implements Work<SharedModel, TokenIds, Evaluation> {
    @Override
    public Evaluation apply(SharedModel shared, TokenIds text) {
      return TaskCache.use(
          owner,
          Evaluator.class,
          Evaluator::new,
          evaluator -> evaluator.evaluate(shared, session, range(text)));
    }
  }
}
