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

/** The graph that loaders with a session run, those of C++, Java and TensorFlow 1. */
final class SessionGraph implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);

  Graph graph() {
    return graph;
  }

  Ops ops() {
    return tf;
  }

  /** Starts an operation; unlike {@code Ops.withName}, it takes names with slashes. */
  GraphOperationBuilder operation(String type, String name) {
    return graph.opBuilder(type, name, tf.scope());
  }

  /** What files call an output. */
  static String outputName(Operand<?> operand) {
    Output<?> output = operand.asOutput();
    return output.op().name() + ":" + output.index();
  }

  /** Tells, for each file, which constant a loader feeds the file's place. */
  List<AssetFileDef> assetFiles(Iterable<String> fileNames) {
    List<AssetFileDef> files = new ArrayList<>();
    for (String fileName : fileNames) {
      Operand<TString> place = tf.withName("asset_path").constant(fileName);
      files.add(
          AssetFileDef.newBuilder()
              .setFilename(fileName)
              .setTensorInfo(TensorInfo.newBuilder().setName(outputName(place)))
              .build());
    }
    return files;
  }

  /** The graph, its functions in the order of their names: TensorFlow hands them out in none. */
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
