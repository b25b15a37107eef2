package org.charrnn.engine;

import java.io.Serializable;

/**
 * A function that an {@link Engine} applies to each item of a list. It may be serialized and run in
 * another JVM, and it may run more than once for the same item, so its result must depend only on
 * its arguments.
 *
 * @param <S> the type of the value that all items share
 * @param <I> the type of an item
 * @param <R> the type of a result
 */
@FunctionalInterface
public interface Work<S extends Serializable, I extends Serializable, R extends Serializable>
    extends Serializable {

  /** Returns the result for one item. */
  R apply(S shared, I item);
}
