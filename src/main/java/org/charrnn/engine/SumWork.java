package org.charrnn.engine;

import java.io.Serializable;

/** Work whose results are added up, such as gradients. */
public interface SumWork<S extends Serializable, I extends Serializable, R extends Serializable>
    extends Work<S, I, R> {

  /** Adds the sum that the next items gave; the objects may be used up for it. */
  R add(R sum, R next);
}
