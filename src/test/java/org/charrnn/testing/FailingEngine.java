package org.charrnn.testing;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.engine.Engine;
import org.charrnn.engine.EngineException;
import org.charrnn.engine.SumWork;
import org.charrnn.engine.Work;

/** An engine whose jobs and releases fail. */
public final class FailingEngine implements Engine {
  private final EngineException jobFailure;
  private final EngineException releaseFailure;
  private final List<String> released = new ArrayList<>();

  public FailingEngine(EngineException jobFailure, EngineException releaseFailure) {
    this.jobFailure = jobFailure;
    this.releaseFailure = releaseFailure;
  }

  @Override
  public <S extends Serializable, I extends Serializable, R extends Serializable> List<R> map(
      Work<S, I, R> work, S shared, List<I> items) {
    throw jobFailure;
  }

  @Override
  public <S extends Serializable, I extends Serializable, R extends Serializable> R sum(
      SumWork<S, I, R> work, S shared, List<I> items) {
    throw jobFailure;
  }

  @Override
  public void release(String owner) {
    released.add(owner);
    throw releaseFailure;
  }

  /** The owners whose release failed, in order. */
  public List<String> released() {
    return released;
  }

  @Override
  public void close() {}
}
