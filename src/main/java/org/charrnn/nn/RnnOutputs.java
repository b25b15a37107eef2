package org.charrnn.nn;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The result of running a cell over a whole sequence.
 *
 * @param outputs of all time steps, {@code [batch, time, hiddenSize]}
 * @param state after the last time step
 */
public record RnnOutputs(Operand<TFloat32> outputs, RnnState state) {}
