package org.charrnn.text;

/**
 * A text split into two parts that do not overlap.
 *
 * @param training beginning of the text
 * @param validation end of the text
 */
public record Split(TokenRange training, TokenRange validation) {

  /**
   * Splits a text.
   *
   * @param validation fraction of the text held out for validation, in [0, 1)
   */
  public static Split of(TokenIds ids, double validation) {
    if (!(validation >= 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "validation must be at least 0 and less than 1, got " + validation);
    }
    long boundary = ids.size() - Math.round(ids.size() * validation);
    return new Split(
        new TokenRange("the training text", ids, 0, boundary),
        new TokenRange("the validation text", ids, boundary, ids.size()));
  }
}
