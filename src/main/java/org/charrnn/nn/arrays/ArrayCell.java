package org.charrnn.nn.arrays;

/** The weights of a cell. Several sequences can be read at the same time. */
public interface ArrayCell {
  /** Starts a sequence, from a state of zeros. */
  Sequence start();

  /** The state of a cell after what it has read. */
  interface Sequence {
    /**
     * Reads one time step.
     *
     * @param team computes the products
     * @return the output, {@code [hidden]}, which the next step overwrites
     */
    float[] read(ArrayInput input, Team team);
  }
}
