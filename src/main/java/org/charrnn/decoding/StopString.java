package org.charrnn.decoding;

import java.io.Serializable;

/**
 * A string that ends texts: a text ends after its first occurrence, which may be inside a token. It
 * is looked for in what is generated, not in the prime.
 *
 * @param string empty if no text ends before its length
 */
public record StopString(String string) implements Serializable {
  /** Ends no text. */
  public static final StopString NONE = new StopString("");

  private static final int NOT_FOUND = -1;

  /** Reads the tokens of one text. */
  public final class Matcher {
    private String tail = "";
    private boolean hasEnded;

    private Matcher() {}

    /** Returns what a token adds to the text: after its end nothing. */
    public String next(String token) {
      if (hasEnded) {
        return "";
      }
      int end = endIn(tail, token);
      hasEnded = end != NOT_FOUND;
      tail = tail(tail, token);
      return hasEnded ? token.substring(0, end) : token;
    }

    /** Returns whether the string has occurred. */
    public boolean hasEnded() {
      return hasEnded;
    }
  }

  /** Starts a text. */
  public Matcher matcher() {
    return new Matcher();
  }

  /** Returns whether a text ends in a token that follows a {@link #tail}. */
  boolean endsIn(String tail, String token) {
    return endIn(tail, token) != NOT_FOUND;
  }

  private int endIn(String tail, String token) {
    if (string.isEmpty()) {
      return NOT_FOUND;
    }
    int start = (tail + token).indexOf(string);
    return start < 0 ? NOT_FOUND : start + string.length() - tail.length();
  }

  /** Returns the end of a text in which an occurrence can start, after one more token. */
  String tail(String tail, String token) {
    String longer = tail + token;
    return longer.substring(Math.max(0, longer.length() - Math.max(0, string.length() - 1)));
  }
}
