package org.charrnn.savedmodel;

import com.google.protobuf.BoolValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.graph.Shapes;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SavedObjectGraphOuterClass.FunctionSpec;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedAsset;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedBareConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedUserObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.SerializedTensor;
import org.tensorflow.proto.VersionDef;

/**
 * The objects that Python loads from a model, with their attributes. The SavedModel and its
 * checkpoint list the same objects in the same order, since loaders match them by index.
 */
final class ObjectGraph {
  /** Index of the model itself. */
  static final int ROOT = 0;

  private final List<SavedObject.Builder> saved = new ArrayList<>();
  private final List<TrackableObject.Builder> tracked = new ArrayList<>();
  private final List<Map<String, Integer>> children = new ArrayList<>();
  private final Map<String, SavedConcreteFunction> functions = new HashMap<>();

  ObjectGraph() {
    addObject();
  }

  /** Adds an empty object, to which others can be attached, and returns its index. */
  int addObject() {
    return addUserObject("_generic_user_object");
  }

  /** Adds a Python list, whose elements are its attributes 0, 1 and so on. */
  int addList(List<Integer> elements) {
    int list = addUserObject("trackable_list_wrapper");
    elements.forEach(element -> attach(list, Integer.toString(children.get(list).size()), element));
    return list;
  }

  /** Adds the map of signatures. */
  int addSignatureMap() {
    return addUserObject("signature_map");
  }

  private int addUserObject(String identifier) {
    // Without versions, Python loads lists and signature maps as plain objects.
    VersionDef versions = VersionDef.newBuilder().setProducer(1).setMinConsumer(1).build();
    return add(
        SavedObject.newBuilder()
            .setUserObject(
                SavedUserObject.newBuilder().setIdentifier(identifier).setVersion(versions)));
  }

  int addVariable(String name, DataType type, Shape shape, boolean trainable) {
    int variable =
        add(
            SavedObject.newBuilder()
                .setVariable(
                    SavedVariable.newBuilder()
                        .setName(name)
                        .setDtype(type)
                        .setShape(Shapes.toProto(shape))
                        .setTrainable(trainable)));
    tracked
        .get(variable)
        .setHasCheckpointValues(BoolValue.of(true))
        .addAttributes(
            SerializedTensor.newBuilder()
                .setName(Checkpoint.VALUE_ATTRIBUTE)
                .setFullName(name)
                .setCheckpointKey(checkpointKey(name)));
    return variable;
  }

  /** Returns the key of a variable in the checkpoint. */
  static String checkpointKey(String variable) {
    return variable + "/.ATTRIBUTES/" + Checkpoint.VALUE_ATTRIBUTE;
  }

  /**
   * Adds a function that Python can call.
   *
   * @param concreteFunction name of the function in the graph's library
   * @param spec the function's Python signature
   */
  int addFunction(String concreteFunction, FunctionSpec spec) {
    return add(
        SavedObject.newBuilder()
            .setFunction(
                SavedFunction.newBuilder()
                    .addConcreteFunctions(concreteFunction)
                    .setFunctionSpec(spec)));
  }

  /** Adds a function that is called with keyword arguments, or with one positional argument. */
  int addSignature(String concreteFunction, List<String> names) {
    return add(
        SavedObject.newBuilder()
            .setBareConcreteFunction(
                SavedBareConcreteFunction.newBuilder()
                    .setConcreteFunctionName(concreteFunction)
                    .addAllArgumentKeywords(names)
                    .setAllowedPositionalArguments(names.size() == 1 ? 1 : 0)
                    .setFunctionSpec(PythonValues.keywordSpec(names))));
  }

  /** Adds an asset, by its index in the model's list of files. */
  int addAsset(int index) {
    return add(
        SavedObject.newBuilder().setAsset(SavedAsset.newBuilder().setAssetFileDefIndex(index)));
  }

  private int add(SavedObject.Builder object) {
    saved.add(object);
    tracked.add(TrackableObject.newBuilder().setHasCheckpointValues(BoolValue.of(false)));
    children.add(new HashMap<>());
    return saved.size() - 1;
  }

  /**
   * Describes how a function of the graph's library is called.
   *
   * @param inputs positional and keyword arguments
   * @param captured indices of the variables that are passed after the arguments
   */
  void describe(
      String function, StructuredValue inputs, StructuredValue result, List<Integer> captured) {
    functions.put(
        function,
        SavedConcreteFunction.newBuilder()
            .setCanonicalizedInputSignature(inputs)
            .setOutputSignature(result)
            .addAllBoundInputs(captured)
            .build());
  }

  /** Makes an object an attribute of another one. It may be an attribute of several objects. */
  void attach(int parent, String name, int child) {
    if (!saved.get(parent).hasUserObject()) {
      throw new IllegalArgumentException(
          name + " cannot be an attribute of a variable, function or asset");
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException("the name of an attribute of the model is empty");
    }
    if (children.get(parent).putIfAbsent(name, child) != null) {
      throw new IllegalArgumentException("an object of the model has two attributes named " + name);
    }
    ObjectReference reference =
        ObjectReference.newBuilder().setLocalName(name).setNodeId(child).build();
    saved.get(parent).addChildren(reference);
    tracked.get(parent).addChildren(reference);
  }

  /** Attaches an object at a path of names separated by slashes; adds missing objects on it. */
  void attachAt(String path, int child) {
    int slash = path.lastIndexOf('/');
    attach(slash < 0 ? ROOT : objectAt(path.substring(0, slash)), path.substring(slash + 1), child);
  }

  /**
   * Returns the index of the object at a path.
   *
   * @throws IllegalArgumentException if there is none
   */
  int get(String path) {
    Integer node = ROOT;
    for (String name : path.split("/", -1)) {
      node = children.get(node).get(name);
      if (node == null) {
        throw new IllegalArgumentException("the model has no object at " + path);
      }
    }
    return node;
  }

  /** Returns the index of the object at a path, which is added if it does not exist. */
  private int objectAt(String path) {
    int object = ROOT;
    for (String name : path.split("/", -1)) {
      Integer child = children.get(object).get(name);
      if (child == null) {
        child = addObject();
        attach(object, name, child);
      }
      object = child;
    }
    return object;
  }

  /** Returns the object graph in the form of the SavedModel. */
  SavedObjectGraph forModel() {
    SavedObjectGraph.Builder graph = SavedObjectGraph.newBuilder();
    saved.forEach(graph::addNodes);
    return graph.putAllConcreteFunctions(functions).build();
  }

  /** Returns the object graph in the form of the checkpoint. */
  TrackableObjectGraph forCheckpoint() {
    TrackableObjectGraph.Builder graph = TrackableObjectGraph.newBuilder();
    tracked.forEach(graph::addNodes);
    return graph.build();
  }
}
