package org.charrnn.engine;

import java.io.Serializable;

/** A {@link Work} whose results can be added, such as gradients. */
public interface SumWork<S extends Serializable, I extends Serializable, R extends Serializable>
    extends Work<S, I, R> {

  /**
   * Returns the sum of two results. Either argument may be modified or reused for it.
   *
   * @param sum the sum over earlier items
   * @param next the result of, or the sum over, the items that follow
   */
  R add(R sum, R next);
}
