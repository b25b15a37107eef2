package org.charrnn.graph;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDef.ArgAttrs;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.OpDef.ArgDef;
import org.tensorflow.types.family.TType;

/**
 * A function in a graph's function library, with arguments of any type.
 *
 * <p>TensorFlow-Java's {@code ConcreteFunction} rejects {@code DT_RESOURCE} and {@code DT_VARIANT}
 * arguments, which variables and tensor lists need. This class builds the body in a separate graph,
 * with a placeholder for each argument, and converts that graph to a {@code FunctionDef}.
 */
public final class GraphFunction {
  private final FunctionDef definition;
  private final GraphDef library; // the function and all functions that it calls

  private GraphFunction(FunctionDef definition, GraphDef library) {
    this.definition = definition;
    this.library = library;
  }

  /**
   * One argument of a function.
   *
   * @param name unique among the arguments and the operations of the body
   * @param type element type
   * @param shape static shape; unknown dimensions are -1
   */
  public record Argument(String name, DataType type, Shape shape) {}

  /** Builds a function's body in the graph of {@code tf}. */
  @FunctionalInterface
  public interface Body {
    /** Returns the results, in the order of the result names. */
    List<Operand<? extends TType>> build(Ops tf, List<Operand<? extends TType>> arguments);
  }

  /**
   * Defines a function and adds it, with the functions that it calls, to a graph's library.
   *
   * @param graph the graph whose library receives the function
   * @param name the function's name, which must not exist in the library yet
   * @param arguments the function's arguments, in call order
   * @param results a name for each result of {@code body}, in order
   * @param body builds the function's body
   */
  public static GraphFunction define(
      Graph graph, String name, List<Argument> arguments, List<String> results, Body body) {
    OpDefs.prepare();
    try (Graph bodyGraph = new Graph()) {
      Ops tf = Ops.create(bodyGraph);
      List<Operand<? extends TType>> inputs = new ArrayList<>();
      for (Argument argument : arguments) {
        inputs.add(
            bodyGraph
                .opBuilder("Placeholder", argument.name(), tf.scope())
                .setAttr("dtype", argument.type())
                .setAttr("shape", argument.shape())
                .build()
                .output(0));
      }
      List<Operand<? extends TType>> outputs = body.build(tf, inputs);
      GraphDef bodyDef = bodyGraph.toGraphDef();
      FunctionDef function =
          new Converter(bodyDef, arguments).convert(name, arguments, results, outputs);
      // Without versions, TensorFlow assumes producer 0, for which scalars have unknown rank.
      GraphDef library =
          GraphDef.newBuilder()
              .setVersions(bodyDef.getVersions())
              .setLibrary(FunctionDefLibrary.newBuilder(bodyDef.getLibrary()).addFunction(function))
              .build();
      graph.importGraphDef(library);
      return new GraphFunction(function, library);
    }
  }

  /** Returns the function's name in a graph's library. */
  public String name() {
    return definition.getSignature().getName();
  }

  /**
   * Adds a call of the function to a graph, and the function to the graph's library if missing.
   *
   * @param tf the builder of the graph
   * @param name the name of the call operation
   * @param arguments the arguments, in the order of the definition
   * @return the results, in the order of the definition
   */
  public List<Operand<? extends TType>> call(
      Ops tf, String name, List<Operand<? extends TType>> arguments) {
    return call(tf, name, arguments, "");
  }

  /**
   * Adds a call whose operations run one after the other in the thread of the call. If they are
   * small, handing them over to other threads would take longer than running them.
   *
   * @see #call
   */
  List<Operand<? extends TType>> callInOneThread(
      Ops tf, String name, List<Operand<? extends TType>> arguments) {
    return call(tf, name, arguments, "SINGLE_THREADED_EXECUTOR");
  }

  private List<Operand<? extends TType>> call(
      Ops tf, String name, List<Operand<? extends TType>> arguments, String executor) {
    ((Graph) tf.scope().env()).importGraphDef(library);
    OpDef signature = definition.getSignature();
    Operation call =
        tf.scope()
            .opBuilder("StatefulPartitionedCall", name)
            .addInputList(arguments.stream().map(Operand::asOutput).toArray(Output<?>[]::new))
            .setAttr("Tin", types(signature.getInputArgList()))
            .setAttr("Tout", types(signature.getOutputArgList()))
            .setAttr("f", reference())
            .setAttr("executor_type", executor)
            .build();
    List<Operand<? extends TType>> results = new ArrayList<>();
    for (int i = 0; i < signature.getOutputArgCount(); i++) {
      results.add(call.output(i));
    }
    return results;
  }

  private static DataType[] types(List<ArgDef> arguments) {
    return arguments.stream().map(ArgDef::getType).toArray(DataType[]::new);
  }

  /** Returns an attribute value that refers to this function, for ops such as {@code While}. */
  public AttrValue reference() {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(name())).build();
  }

  /**
   * Returns whether the body contains a stateful operation, such as a random generator or a
   * variable.
   */
  public boolean isStateful() {
    return definition.getSignature().getIsStateful();
  }

  /** Converts the nodes of a body graph to the nodes of a {@code FunctionDef}. */
  private static final class Converter {
    private final GraphDef body;
    private final Map<String, NodeDef> nodes;
    private final Set<String> arguments = new HashSet<>();

    Converter(GraphDef body, List<Argument> arguments) {
      this.body = body;
      this.nodes =
          body.getNodeList().stream()
              .collect(Collectors.toMap(NodeDef::getName, Function.identity()));
      arguments.forEach(argument -> this.arguments.add(argument.name()));
    }

    FunctionDef convert(
        String name,
        List<Argument> arguments,
        List<String> results,
        List<Operand<? extends TType>> outputs) {
      OpDef.Builder signature = OpDef.newBuilder().setName(name);
      FunctionDef.Builder function = FunctionDef.newBuilder();
      for (int i = 0; i < arguments.size(); i++) {
        Argument argument = arguments.get(i);
        signature.addInputArg(
            ArgDef.newBuilder().setName(argument.name()).setType(argument.type()));
        function.putArgAttr(i, argumentAttributes(argument));
      }
      for (NodeDef node : body.getNodeList()) {
        if (!this.arguments.contains(node.getName())) {
          function.addNodeDef(node.toBuilder().clearInput().addAllInput(convertInputs(node)));
          if (TensorFlow.isOpStateful(node.getOp())) {
            signature.setIsStateful(true);
          }
        }
      }
      for (int i = 0; i < outputs.size(); i++) {
        Output<?> output = outputs.get(i).asOutput();
        signature.addOutputArg(
            ArgDef.newBuilder().setName(results.get(i)).setType(output.dataType()));
        function.putRet(results.get(i), reference(output.op().name(), output.index()));
      }
      return function.setSignature(signature).build();
    }

    private static ArgAttrs argumentAttributes(Argument argument) {
      return ArgAttrs.newBuilder()
          .putAttr(
              "_output_shapes",
              AttrValue.newBuilder()
                  .setList(
                      AttrValue.ListValue.newBuilder().addShape(Shapes.toProto(argument.shape())))
                  .build())
          .putAttr(
              "_user_specified_name",
              AttrValue.newBuilder().setS(ByteString.copyFromUtf8(argument.name())).build())
          .build();
    }

    private List<String> convertInputs(NodeDef node) {
      List<String> inputs = new ArrayList<>();
      for (String input : node.getInputList()) {
        if (input.startsWith("^")) { // a control dependency; one on an argument has no effect
          if (!arguments.contains(input.substring(1))) {
            inputs.add(input);
          }
        } else {
          int colon = input.lastIndexOf(':');
          inputs.add(
              colon < 0
                  ? reference(input, 0)
                  : reference(
                      input.substring(0, colon), Integer.parseInt(input.substring(colon + 1))));
        }
      }
      return inputs;
    }

    /**
     * Converts a graph's reference to an output, {@code node:index}, to that of a function body,
     * {@code node:output_name:index}.
     */
    private String reference(String name, int index) {
      if (arguments.contains(name)) {
        return name;
      }
      NodeDef node = nodes.get(name);
      int offset = index;
      for (ArgDef output : OpDefs.get(node.getOp()).getOutputArgList()) {
        int size = tensorCount(output, node);
        if (offset < size) {
          return name + ":" + output.getName() + ":" + offset;
        }
        offset -= size;
      }
      throw new IllegalStateException(name + " has no output " + index);
    }

    /** Returns the number of tensors of a named output, which may be a list. */
    private static int tensorCount(ArgDef output, NodeDef node) {
      if (!output.getNumberAttr().isEmpty()) {
        return (int) node.getAttrOrThrow(output.getNumberAttr()).getI();
      }
      if (!output.getTypeListAttr().isEmpty()) {
        return node.getAttrOrThrow(output.getTypeListAttr()).getList().getTypeCount();
      }
      return 1;
    }
  }

  /** The definitions of all operations registered with TensorFlow, loaded on first use. */
  private static final class OpDefs {
    private static final CompletableFuture<Map<String, OpDef>> BY_NAME =
        CompletableFuture.supplyAsync(OpDefs::load);

    private static Map<String, OpDef> load() {
      return TensorFlow.registeredOpList().getOpList().stream()
          .collect(Collectors.toMap(OpDef::getName, Function.identity()));
    }

    /** Starts to load the definitions, which takes as long as building a body. */
    static void prepare() {
      // The initializer of the class does it.
    }

    static OpDef get(String name) {
      OpDef op = BY_NAME.join().get(name);
      if (op == null) {
        throw new IllegalStateException("TensorFlow has no operation " + name);
      }
      return op;
    }
  }
}
