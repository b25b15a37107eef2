package org.charrnn.sample;

/** A model that tells, for a text so far, which token may come next. */
public interface LanguageModel {

  /** Number of token ids, which count from 0: the classes of the logits. */
  int vocabularySize();

  /**
   * Starts texts that are read in step with one another.
   *
   * @param rows how many, at least 1; each starts from the model's first state
   * @return the caller's to close
   */
  Decoder start(int rows);

  /**
   * Rows of text and the model's state after each. It changes with every call, so that nothing need
   * be copied for a token; not for use from several threads at once.
   */
  interface Decoder extends AutoCloseable {

    /**
     * Reads one more token in every row.
     *
     * @param ids {@code [rows]}
     * @return the logits of the tokens that may follow, {@code [rows][classes]}; the decoder's own,
     *     to be read only, and only until the decoder's next step
     */
    float[][] step(int[] ids);

    /**
     * Makes new rows of the old ones: row i goes on from where row {@code rows[i]} is. A row may be
     * taken several times or not at all.
     */
    void select(int[] rows);

    /**
     * Reads a whole text in a decoder of one row. A model that can read it in fewer calls than one
     * for each token overrides this.
     *
     * @param text ids, at least one
     * @return the logits after its last token, {@code [classes]}, under the same terms as a step's
     */
    default float[] read(int[] text) {
      for (int i = 0; i < text.length - 1; i++) {
        step(new int[] {text[i]});
      }
      return step(new int[] {text[text.length - 1]})[0];
    }

    @Override
    void close();
  }
}
