package org.charrnn.model.export;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.charrnn.InputException;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * A signature of a SavedModel.
 *
 * @param name such as {@value SavedModelExport#SIGNATURE}
 * @param inputs type and shape of each tensor to feed, such as {@code int32 [?, ?]}, by name
 * @param outputs type and shape of each tensor to fetch, by name
 */
public record Signature(String name, Map<String, String> inputs, Map<String, String> outputs) {

  /** Python lists its initializer among the signatures. */
  private static final String INIT_OP = "__saved_model_init_op";

  /**
   * Reads the signatures of a SavedModel, in order of their names.
   *
   * @throws InputException if it is damaged
   * @throws IOException if it cannot be read
   */
  public static List<Signature> read(Path savedModel) throws IOException {
    Path file = savedModel.resolve("saved_model.pb");
    Map<String, SignatureDef> signatures = new TreeMap<>();
    try {
      SavedModel model = SavedModel.parseFrom(Files.readAllBytes(file));
      if (model.getMetaGraphsCount() == 0) {
        throw new InputException(file + " is damaged: it contains no graph");
      }
      model.getMetaGraphsList().forEach(graph -> signatures.putAll(graph.getSignatureDefMap()));
    } catch (InvalidProtocolBufferException e) {
      throw new InputException(file + " is damaged: " + e.getMessage(), e);
    }
    signatures.remove(INIT_OP);
    return signatures.entrySet().stream()
        .map(
            entry ->
                new Signature(
                    entry.getKey(),
                    describe(entry.getValue().getInputsMap()),
                    describe(entry.getValue().getOutputsMap())))
        .toList();
  }

  private static Map<String, String> describe(Map<String, TensorInfo> tensors) {
    Map<String, String> described = new TreeMap<>();
    tensors.forEach((name, tensor) -> described.put(name, describe(tensor)));
    return described;
  }

  private static String describe(TensorInfo tensor) {
    String type = tensor.getDtype().name().replace("DT_", "").toLowerCase(Locale.ROOT);
    if (tensor.getTensorShape().getUnknownRank()) {
      return type + " of any shape";
    }
    return tensor.getTensorShape().getDimList().stream()
        .map(dimension -> dimension.getSize() < 0 ? "?" : Long.toString(dimension.getSize()))
        .collect(Collectors.joining(", ", type + " [", "]"));
  }
}
