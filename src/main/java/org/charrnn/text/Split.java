package org.charrnn.text;

/** A text in two parts that share nothing: the front to train on, the tail to validate with. */
public record Split(TokenRange training, TokenRange validation) {

  /**
   * Splits a text.
   *
   * @param validation the fraction that is kept for validation, in [0, 1)
   */
  public static Split of(TokenIds ids, double validation) {
    if (!(validation >= 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "validation must be at least 0 and less than 1, got " + validation);
    }
    long border = ids.size() - Math.round(ids.size() * validation);
    return new Split(
        new TokenRange("the training text", ids, 0, border),
        new TokenRange("the validation text", ids, border, ids.size()));
  }
}
