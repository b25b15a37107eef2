package org.charrnn.bulk;

import java.util.Iterator;
import java.util.function.Consumer;
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
   * @param texts of at least two tokens each, read as they are needed
   * @param evaluations receives those of the texts, in their order, each as soon as it is done
   */
  public static void evaluate(
      Engine engine,
      SessionSettings session,
      TrainedModel model,
      Iterator<TokenIds> texts,
      Consumer<Evaluation> evaluations) {
    try (TaskOwner owner = TaskOwner.of(engine)) {
      engine.mapEach(
          new EvaluationWork(owner.name(), session), SharedModel.of(model), texts, evaluations);
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
