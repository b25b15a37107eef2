package org.charrnn.nn.arrays;

/** The logits of {@link org.charrnn.nn.SoftmaxLayer} on arrays. */
public final class ArraySoftmax {
  private static final ArrayInput NONE = (rows, firstRow, part, sums) -> {};

  private final Matrix w; // [hidden, classes]
  private final float[] b; // [classes]

  /**
   * Creates a layer.
   *
   * @param w {@code [hidden, classes]}, in row-major order
   * @param b {@code [classes]}
   */
  public ArraySoftmax(float[] w, float[] b) {
    this(new Matrix(w, b.length), b);
  }

  private ArraySoftmax(Matrix w, float[] b) {
    this.w = w;
    this.b = b.clone();
  }

  /**
   * Creates a layer that shares the weights of the embeddings. It copies them, transposed: sums of
   * rows are faster than products of rows, which HotSpot cannot reorder to vector instructions.
   *
   * @param embedding {@code [classes, hidden]}, in row-major order
   * @param b {@code [classes]}
   */
  public static ArraySoftmax tied(float[] embedding, float[] b) {
    return new ArraySoftmax(Matrix.transposed(embedding, embedding.length / b.length), b);
  }

  /** Starts to compute logits, which one thread at a time may do. */
  public Logits start() {
    return new Logits();
  }

  /** The logits of one sequence. */
  public final class Logits {
    private final ArrayProduct product = new ArrayProduct(w, b);

    private Logits() {}

    /**
     * Returns x * w + b.
     *
     * @param x {@code [hidden]}
     * @return {@code [classes]}, which the next call overwrites
     */
    public float[] of(float[] x, Team team) {
      return product.of(NONE, x, team);
    }
  }
}
