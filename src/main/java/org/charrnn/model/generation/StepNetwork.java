package org.charrnn.model.generation;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.graph.LoopVariables;
import org.charrnn.graph.LoopVariables.Handle;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Network;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.charrnn.nn.fused.FusedCell;
import org.charrnn.nn.fused.FusedCells;
import org.charrnn.nn.fused.FusedStack;
import org.charrnn.nn.fused.LayerInput;
import org.charrnn.nn.fused.SequenceDropout;
import org.charrnn.nn.fused.StepInput;
import org.charrnn.nn.fused.TimeSteps;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A network as it reads and generates texts: with few operations for a token, and no gradients.
 *
 * @param cells the layers of the network
 */
record StepNetwork(Network network, FusedStack cells) {
  /** Adds what is computed from the weights alone to a graph. */
  static StepNetwork of(Ops tf, Network network) {
    List<FusedCell> cells =
        network.layers().stream().map(cell -> FusedCells.of(tf, cell, TFloat32.class)).toList();
    return new StepNetwork(network, new FusedStack(cells, SequenceDropout.none(cells.size())));
  }

  /**
   * Reads one token in every row.
   *
   * @param ids {@code [rows]}
   */
  RnnCell.Step step(Ops tf, Operand<TInt32> ids, RnnState state) {
    return cells.step(tf, StepInput.tokens(tf, ids, network.embedding()), state);
  }

  /**
   * Reads several tokens in every row.
   *
   * @param ids {@code [time * rows]}, time-major
   * @return the states before the first token, then after each
   */
  List<TimeSteps> read(Ops tf, Operand<TInt32> ids, int timeSteps, RnnState state) {
    LayerInput input =
        LayerInput.tokens(tf, ids, network.embedding(), network.config().classes(), timeSteps);
    return cells.unroll(tf, input, state).states(tf);
  }

  /** The state and the weights of a network, which a loop can use only as its variables. */
  record Variables(
      ModelConfig config, List<Handle<TFloat32>> state, List<Handle<TFloat32>> weights) {
    static Variables add(LoopVariables variables, Network network, RnnState initial) {
      List<Integer> sizes = network.config().stateSizes();
      List<Operand<TFloat32>> tensors = initial.require(sizes.size());
      List<Handle<TFloat32>> state = new ArrayList<>();
      for (int i = 0; i < sizes.size(); i++) {
        state.add(variables.add(tensors.get(i), Shape.of(-1, sizes.get(i))));
      }
      return new Variables(network.config(), state, variables.addAll(network.parameters()));
    }

    RnnState state(LoopVariables.Values v) {
      return new RnnState(v.get(state));
    }

    Network network(LoopVariables.Values v) {
      return Network.of(config, v.get(weights));
    }
  }
}
