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
import org.charrnn.text.TokenRanges;
import org.charrnn.train.Evaluation;
import org.charrnn.train.EvaluationProtocol;

/** Evaluates many texts. The result for each does not depend on where it is computed. */
public final class BulkEvaluation {
  private BulkEvaluation() {}

  /**
   * Evaluates texts.
   *
   * @param session how each evaluation runs
   * @param protocol how each text is read
   * @param texts of at least two tokens each, read as they are needed
   * @param evaluations receives those of the texts, in their order, each as soon as it is done
   */
  public static void evaluate(
      Engine engine,
      SessionSettings session,
      EvaluationProtocol protocol,
      TrainedModel model,
      Iterator<TokenIds> texts,
      Consumer<Evaluation> evaluations) {
    try (TaskOwner owner = TaskOwner.of(engine)) {
      engine.mapEach(
          new EvaluationWork(owner.name(), session, protocol),
          SharedModel.of(model),
          texts,
          evaluations);
    }
  }

  private static TokenRanges range(TokenIds ids) {
    return TokenRanges.of(new TokenRange("the text", ids, 0, ids.size()));
  }

  /** Evaluates texts with one session as long as the shape of their batches is the same. */
  private static final class Evaluator implements AutoCloseable {
    private EvaluationSession model;

    Evaluation evaluate(
        SharedModel shared,
        SessionSettings session,
        EvaluationProtocol protocol,
        TokenRanges text) {
      BatchShape shape = protocol.shape(text);
      if (model == null || !model.shape().equals(shape)) {
        close();
        model = EvaluationSession.open(shared.network(), shape, shared.weightValues(), session);
      }
      return Evaluation.of(model, text, protocol, read -> {});
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

  private record EvaluationWork(String owner, SessionSettings session, EvaluationProtocol protocol)
      implements Work<SharedModel, TokenIds, Evaluation> {
    @Override
    public Evaluation apply(SharedModel shared, TokenIds text) {
      return TaskCache.use(
          owner,
          Evaluator.class,
          Evaluator::new,
          evaluator -> evaluator.evaluate(shared, session, protocol, range(text)));
    }
  }
}
