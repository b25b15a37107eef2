package org.charrnn.decoding;

/** A model that predicts the next token of a text. */
public interface LanguageModel {

  /** Number of tokens; ids count from 0. */
  int vocabularySize();

  /**
   * Starts texts that are read in parallel.
   *
   * @param rows number of texts, at least 1; each starts from the model's initial state
   * @return a decoder that the caller closes
   */
  Decoder start(int rows);

  /**
   * Texts in rows, and the model's state after each. Every call changes it; not for concurrent use
   * by several threads.
   */
  interface Decoder extends AutoCloseable {

    /**
     * Reads one more token in every row.
     *
     * @param ids {@code [rows]}
     * @return the logits of the next token, {@code [rows][classes]}; callers must not change the
     *     arrays, which are valid until the next step
     */
    float[][] step(int[] ids);

    /**
     * Replaces the rows: row i continues from the state of row {@code rows[i]}. A row can be
     * selected several times or not at all.
     */
    void select(int[] rows);

    /**
     * Reads a whole text in a decoder with one row. Models that need fewer calls than one for each
     * token override this.
     *
     * @param text ids, at least one
     * @return the logits after its last token, {@code [classes]}, valid until the next step
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
