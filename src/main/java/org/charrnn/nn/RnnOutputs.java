package org.charrnn.nn;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What a cell gives over a whole sequence.
 *
 * @param outputs {@code [batch, time, hiddenSize]}
 * @param state after the last time step
 */
public record RnnOutputs(Operand<TFloat32> outputs, RnnState state) {}
