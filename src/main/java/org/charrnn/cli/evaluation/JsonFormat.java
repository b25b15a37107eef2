package org.charrnn.cli.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.charrnn.store.TrainedModel;
import org.charrnn.train.Evaluation;
import org.charrnn.train.EvaluationProtocol;

/**
 * Prints each result as a JSON object on a line: model, text, files, level (char or word), window
 * (null without), then nats, bits, perplexity, tokens and unknown; or error if the text cannot be
 * evaluated. A number that is not finite is null.
 *
 * @param protocol how the texts are read
 */
public record JsonFormat(TrainedModel model, EvaluationProtocol protocol) implements ResultFormat {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public String format(Result result) {
    ObjectNode object = JSON.createObjectNode();
    object.put("model", model.source().toString());
    object.put("text", result.text());
    ArrayNode files = object.putArray("files");
    result.files().stream().map(Path::toString).forEach(files::add);
    object.put("level", model.vocabulary().level().toString());
    object.put("window", protocol.hasWindows() ? protocol.window() : null);
    if (result.error() == null) {
      Evaluation evaluation = result.evaluation();
      put(object, "nats", evaluation.meanLossNats());
      put(object, "bits", evaluation.bits());
      put(object, "perplexity", evaluation.perplexity());
      object.put("tokens", evaluation.tokens());
      object.put("unknown", result.unknowns());
    } else {
      object.put("error", result.error());
    }
    try {
      return JSON.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // strings and finite numbers can always be written
    }
  }

  private static void put(ObjectNode object, String key, double value) {
    object.put(key, Double.isFinite(value) ? value : null);
  }
}
