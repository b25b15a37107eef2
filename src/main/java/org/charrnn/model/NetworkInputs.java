package org.charrnn.model;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * What a network reads of a batch.
 *
 * @param shape of the batch
 * @param x ids, {@code [batch, sequence]}
 * @param y the id that follows each, {@code [batch, sequence]}
 * @param weights what each counts in the loss, {@code [batch, sequence]}
 * @param initialState each tensor {@code [batch, size]}
 */
record NetworkInputs(
    BatchShape shape,
    Operand<TInt32> x,
    Operand<TInt32> y,
    Operand<TFloat32> weights,
    List<Operand<TFloat32>> initialState) {}
