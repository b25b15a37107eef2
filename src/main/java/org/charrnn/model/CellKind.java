package org.charrnn.model;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.charrnn.nn.BasicLSTMCell;
import org.charrnn.nn.BasicRNNCell;
import org.charrnn.nn.GRUCell;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.Variables;
import org.charrnn.nn.arrays.ArrayCell;
import org.charrnn.nn.arrays.ArrayGRU;
import org.charrnn.nn.arrays.ArrayLSTM;
import org.charrnn.nn.arrays.ArrayRNN;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** The kinds of cells that a network can have. */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
public enum CellKind {
  LSTM(
      "basic_lstm_cell",
      BasicLSTMCell::create,
      BasicLSTMCell::of,
      BasicLSTMCell::parameterShapes,
      parameters -> new ArrayLSTM(parameters, BasicLSTMCell.FORGET_BIAS_DEFAULT),
      2,
      78,
      16),
  GRU("gru_cell", GRUCell::create, GRUCell::of, GRUCell::parameterShapes, ArrayGRU::new, 1, 84, 28),
  RNN(
      "basic_rnn_cell",
      BasicRNNCell::create,
      BasicRNNCell::of,
      BasicRNNCell::parameterShapes,
      ArrayRNN::new,
      1,
      15,
      6);

  private interface Factory {
    RnnCell create(Variables variables, String scope, int inputSize, int hiddenSize);
  }

  private interface Binding {
    RnnCell of(List<Operand<TFloat32>> parameters);
  }

  private interface Shapes {
    Map<String, Shape> of(int inputSize, int hiddenSize);
  }

  private interface ArrayBinding {
    ArrayCell of(List<float[]> parameters);
  }

  private final String scope;
  private final Factory factory;
  private final Binding binding;
  private final Shapes shapes;
  private final ArrayBinding arrayBinding;
  private final int stateTensors;
  private final int opsPerStep;
  private final int fusedOpsPerStep;

  /**
   * @param scope of a cell's variables, as in TensorFlow 1
   * @param stateTensors number of state tensors, all of the hidden size
   * @param opsPerStep operations of the graph for a time step and its backward pass, kernel ops
   * @param fusedOpsPerStep the same for the fused kernel
   */
  CellKind(
      String scope,
      Factory factory,
      Binding binding,
      Shapes shapes,
      ArrayBinding arrayBinding,
      int stateTensors,
      int opsPerStep,
      int fusedOpsPerStep) {
    this.scope = scope;
    this.factory = factory;
    this.binding = binding;
    this.shapes = shapes;
    this.arrayBinding = arrayBinding;
    this.stateTensors = stateTensors;
    this.opsPerStep = opsPerStep;
    this.fusedOpsPerStep = fusedOpsPerStep;
  }

  /** Creates the cell of a layer and its variables, under TensorFlow 1's names. */
  RnnCell create(Variables variables, int layer, int inputSize, int hiddenSize) {
    return factory.create(variables, scope(layer), inputSize, hiddenSize);
  }

  /**
   * Creates a cell from its weights.
   *
   * @param parameters in the order of {@link #parameterShapes}
   */
  RnnCell of(List<Operand<TFloat32>> parameters) {
    return binding.of(parameters);
  }

  /**
   * Creates a cell on Java arrays.
   *
   * @param parameters in the order of {@link #parameterShapes}
   */
  ArrayCell onArrays(List<float[]> parameters) {
    return arrayBinding.of(parameters);
  }

  /** Returns the names, below the cell's scope, and the shapes of a cell's weights, in order. */
  Map<String, Shape> parameterShapes(int inputSize, int hiddenSize) {
    return shapes.of(inputSize, hiddenSize);
  }

  /** The number of state tensors of a cell. */
  public int stateTensors() {
    return stateTensors;
  }

  /** The scope of the variables of a layer's cell. */
  public String scope(int layer) {
    return "rnn/multi_rnn_cell/cell_" + layer + "/" + scope;
  }

  /** Operations of the graph for a time step of a cell and its backward pass. */
  public int operationsPerStep(ComputeKernel.Kind kernel) {
    return kernel == ComputeKernel.Kind.OPS ? opsPerStep : fusedOpsPerStep;
  }

  /** The name on the command line and in files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
