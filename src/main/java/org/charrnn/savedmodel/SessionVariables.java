package org.charrnn.savedmodel;

import static org.charrnn.savedmodel.SessionGraph.outputName;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.charrnn.savedmodel.ModelVariable.SessionNodes;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.CollectionDef.BytesList;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SaverDef.CheckpointFormatVersion;
import org.tensorflow.proto.VariableDef;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** The variables for loaders that use a session, and the operations that save and restore them. */
final class SessionVariables {
  private final SessionGraph graph;
  private final Ops tf;

  SessionVariables(SessionGraph graph) {
    this.graph = graph;
    this.tf = graph.ops();
  }

  /** Adds a variable, whose elements are zeros or empty strings until it is restored. */
  SessionNodes add(String name, Shape shape, Class<? extends TType> type) {
    Operand<? extends TType> zeros = tf.zeros(tf.constant(shape.asArray()), type);
    DataType dataType = zeros.asOutput().dataType();
    Output<? extends TType> handle =
        graph
            .operation("VarHandleOp", name)
            .setAttr("dtype", dataType)
            .setAttr("shape", shape)
            .setAttr("shared_name", name)
            .build()
            .output(0);
    Output<? extends TType> initialValue =
        graph
            .operation("Identity", name + "/initial_value")
            .addInput(zeros.asOutput())
            .build()
            .output(0);
    Operation initializer =
        graph
            .operation("AssignVariableOp", name + "/Assign")
            .addInput(handle)
            .addInput(initialValue)
            .setAttr("dtype", dataType)
            .build();
    Output<? extends TType> value =
        graph
            .operation("ReadVariableOp", name + "/Read")
            .addInput(handle)
            .setAttr("dtype", dataType)
            .build()
            .output(0);
    return new SessionNodes(handle, initialValue, initializer, value);
  }

  /** Adds the saver, and adds it and the variables to the description of the model. */
  void addTo(MetaGraphDef.Builder metaGraph, List<ModelVariable> variables) {
    List<ModelVariable> trainable = variables.stream().filter(ModelVariable::trainable).toList();
    metaGraph
        .setSaverDef(addSaver(variables))
        .putCollectionDef("variables", definitions(variables))
        .putCollectionDef("trainable_variables", definitions(trainable));
  }

  private static CollectionDef definitions(List<ModelVariable> variables) {
    BytesList.Builder definitions = BytesList.newBuilder();
    for (ModelVariable variable : variables) {
      SessionNodes nodes = variable.sessionNodes();
      definitions.addValue(
          VariableDef.newBuilder()
              .setVariableName(outputName(nodes.handle()))
              .setInitializerName(nodes.initializer().name())
              .setInitialValueName(outputName(nodes.initialValue()))
              .setSnapshotName(outputName(nodes.value()))
              .setIsResource(true)
              .setTrainable(variable.trainable())
              .build()
              .toByteString());
    }
    return CollectionDef.newBuilder().setBytesList(definitions).build();
  }

  private SaverDef addSaver(List<ModelVariable> variables) {
    Placeholder<TString> prefix =
        tf.withName("saver_prefix").placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    List<Op> saves = new ArrayList<>();
    List<Op> assignments = new ArrayList<>();
    if (!variables.isEmpty()) { // the operations reject empty lists
      addSaveAndRestore(variables, prefix, saves, assignments);
    }
    Operand<TString> saved =
        tf.withControlDependencies(saves).withName("saver_saved").identity(prefix);
    Op restore = tf.withControlDependencies(assignments).withName("saver_restore").noOp();
    return SaverDef.newBuilder()
        .setFilenameTensorName(outputName(prefix))
        .setSaveTensorName(outputName(saved))
        .setRestoreOpName(restore.op().name())
        .setVersion(CheckpointFormatVersion.V2)
        .build();
  }

  private void addSaveAndRestore(
      List<ModelVariable> variables,
      Operand<TString> prefix,
      List<Op> saves,
      List<Op> assignments) {
    Operand<TString> keys =
        strings(variables.stream().map(v -> ObjectGraph.checkpointKey(v.name())).toList());
    Operand<TString> wholeTensors = strings(Collections.nCopies(variables.size(), ""));
    List<Operand<?>> values = new ArrayList<>();
    List<Class<? extends TType>> types = new ArrayList<>();
    for (ModelVariable variable : variables) {
      values.add(variable.sessionNodes().value());
      types.add(variable.type());
    }
    saves.add(tf.withName("saver_save").train.save(prefix, keys, wholeTensors, values));
    List<Output<?>> restored =
        tf.withName("saver_read").train.restore(prefix, keys, wholeTensors, types).tensors();
    for (int i = 0; i < variables.size(); i++) {
      Operand<? extends TType> handle = variables.get(i).sessionNodes().handle();
      assignments.add(tf.assignVariableOp(handle, restored.get(i)));
    }
  }

  private Operand<TString> strings(List<String> values) {
    return tf.constant(NdArrays.vectorOfObjects(values.toArray(String[]::new)));
  }
}
