package org.charrnn.savedmodel;

import static org.charrnn.savedmodel.SessionGraph.outputName;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.charrnn.graph.Shapes;
import org.charrnn.savedmodel.Structure.TensorSpec;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.types.family.TType;

/** The signatures for loaders that use a session: which tensors to feed and to fetch. */
final class SessionSignatures {
  private static final String PREDICT_METHOD = "tensorflow/serving/predict";

  private final SessionGraph graph;
  private final Map<String, SignatureDef> signatures = new LinkedHashMap<>();

  SessionSignatures(SessionGraph graph) {
    this.graph = graph;
  }

  /**
   * Adds a signature.
   *
   * @param inputs inputs of the function with the signature's names, in the function's order; the
   *     defaults of the other arguments are passed
   * @param outputs outputs of the function with the signature's names, in the function's order
   */
  void add(String key, ModelFunction function, List<TensorSpec> inputs, List<TensorSpec> outputs) {
    SignatureDef.Builder signature = SignatureDef.newBuilder().setMethodName(PREDICT_METHOD);
    List<Operand<? extends TType>> operands = new ArrayList<>();
    for (Argument argument : function.arguments()) {
      if (operands.size() >= inputs.size()) {
        operands.add(Defaults.constant(graph.ops(), argument));
        continue;
      }
      for (int i = 0; i < argument.structure().tensors().size(); i++) {
        TensorSpec input = inputs.get(operands.size());
        Optional<TensorProto> defaultValue =
            argument.defaultValue().map(value -> Defaults.scalar(input.type(), value));
        defaultValue.ifPresent(value -> signature.putDefaults(input.name(), value));
        Output<?> placeholder = placeholder(key + "_" + input.name(), input, defaultValue);
        signature.putInputs(input.name(), tensorInfo(placeholder, input));
        operands.add(placeholder);
      }
    }
    function.variables().forEach(variable -> operands.add(variable.sessionNodes().handle()));
    List<Operand<? extends TType>> results = function.definition().call(graph.ops(), key, operands);
    for (int i = 0; i < outputs.size(); i++) {
      signature.putOutputs(outputs.get(i).name(), tensorInfo(results.get(i), outputs.get(i)));
    }
    signatures.put(key, signature.build());
  }

  /** Adds a placeholder for an input, with the default value, if there is one. */
  private Output<?> placeholder(String name, TensorSpec input, Optional<TensorProto> defaultValue) {
    if (defaultValue.isEmpty()) {
      return graph
          .operation("Placeholder", name)
          .setAttr("dtype", input.type())
          .setAttr("shape", input.shape())
          .build()
          .output(0);
    }
    Output<?> constant =
        graph
            .operation("Const", name + "/default")
            .setAttr("value", AttrValue.newBuilder().setTensor(defaultValue.get()).build())
            .setAttr("dtype", input.type())
            .build()
            .output(0);
    return graph
        .operation("PlaceholderWithDefault", name)
        .addInput(constant)
        .setAttr("shape", input.shape())
        .build()
        .output(0);
  }

  private static TensorInfo tensorInfo(Operand<?> operand, TensorSpec tensor) {
    return TensorInfo.newBuilder()
        .setName(outputName(operand))
        .setDtype(tensor.type())
        .setTensorShape(Shapes.toProto(tensor.shape()))
        .build();
  }

  /** Adds the signatures to the description of the model. */
  void addTo(MetaGraphDef.Builder metaGraph) {
    metaGraph.putAllSignatureDef(signatures);
  }
}
