package org.charrnn.decoding;

/** A model that extends the beginnings of a beam search. */
@FunctionalInterface
public interface BeamModel {

  /**
   * Starts a search.
   *
   * @param prime ids that the texts continue, at least one
   * @return a beam that the caller closes
   */
  Beam start(int[] prime);
}
