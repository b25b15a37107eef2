package org.charrnn.savedmodel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TString;

/** The graph for loaders that use a session: those of C++, Java and TensorFlow 1. */
final class SessionGraph implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);

  Graph graph() {
    return graph;
  }

  Ops ops() {
    return tf;
  }

  /** Returns an operation builder. Unlike {@code Ops.withName}, names may contain slashes. */
  GraphOperationBuilder operation(String type, String name) {
    return graph.opBuilder(type, name, tf.scope());
  }

  /** Returns the name of an output in files, such as {@code MatMul:0}. */
  static String outputName(Operand<?> operand) {
    Output<?> output = operand.asOutput();
    return output.op().name() + ":" + output.index();
  }

  /** Adds a constant for each asset, through which a loader passes the path of the file. */
  List<AssetFileDef> assetFiles(Iterable<String> fileNames) {
    List<AssetFileDef> files = new ArrayList<>();
    for (String fileName : fileNames) {
      Operand<TString> path = tf.withName("asset_path").constant(fileName);
      files.add(
          AssetFileDef.newBuilder()
              .setFilename(fileName)
              .setTensorInfo(TensorInfo.newBuilder().setName(outputName(path)))
              .build());
    }
    return files;
  }

  /** Returns the graph with its functions sorted by name, since TensorFlow does not order them. */
  GraphDef definition() {
    GraphDef.Builder definition = graph.toGraphDef().toBuilder();
    List<FunctionDef> functions = new ArrayList<>(definition.getLibrary().getFunctionList());
    functions.sort(Comparator.comparing(function -> function.getSignature().getName()));
    definition.getLibraryBuilder().clearFunction().addAllFunction(functions);
    return definition.build();
  }

  @Override
  public void close() {
    graph.close();
  }
}
