package org.charrnn.cli.sampling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.charrnn.decoding.GeneratedText;

/**
 * Prints texts as JSON objects, one per line: prime, text (with its prime), seed (null if no token
 * was sampled) and end (see {@link org.charrnn.decoding.TextEnd}), and on demand tokens with text
 * and probability. A prime that cannot be continued has prime, line and error instead.
 *
 * @param seed of the sampled tokens
 * @param isSampled whether all tokens were sampled. If not, only the first token of a text without
 *     a prime was
 * @param probabilities whether to print the tokens
 */
public record JsonTexts(TextOutput out, long seed, boolean isSampled, boolean probabilities) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Prints a text. */
  public void print(String prime, GeneratedText text) {
    ObjectNode object = JSON.createObjectNode();
    object.put("prime", prime);
    object.put("text", prime + text.text());
    object.put("seed", isSampled || prime.isEmpty() ? seed : null);
    object.put("end", text.end().toString());
    if (probabilities) {
      ArrayNode tokens = object.putArray("tokens");
      for (int i = 0; i < text.pieces().size(); i++) {
        double probability = text.probabilities()[i];
        tokens
            .addObject()
            .put("text", text.pieces().get(i))
            .put("probability", Double.isNaN(probability) ? null : probability);
      }
    }
    print(object);
  }

  /**
   * Prints why a prime has no text: an object with prime, line and error.
   *
   * @param line of its file, counted from 1
   */
  public void printError(String prime, long line, String error) {
    print(JSON.createObjectNode().put("prime", prime).put("line", line).put("error", error));
  }

  private void print(ObjectNode object) {
    try {
      out.println(JSON.writeValueAsString(object));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // strings and finite numbers can always be written
    }
  }
}
