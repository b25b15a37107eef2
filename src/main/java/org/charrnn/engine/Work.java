package org.charrnn.engine;

import java.io.Serializable;

/**
 * What is done with each of many items. It travels to where it is done, and may be done twice, so
 * its result hangs on nothing but what it is given.
 *
 * @param <S> what all items share
 * @param <I> an item
 * @param <R> what comes of it
 */
@FunctionalInterface
public interface Work<S extends Serializable, I extends Serializable, R extends Serializable>
    extends Serializable {

  /** Does it with one item. */
  R apply(S shared, I item);
}
