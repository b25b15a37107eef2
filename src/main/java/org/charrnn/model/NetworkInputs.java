package org.charrnn.model;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * What a network reads of a batch.
 *
 * @param shape of the rows read: a batch, or a part of one
 * @param x ids, {@code [batch, sequence]}
 * @param y the id that follows each, {@code [batch, sequence]}
 * @param weights what each counts in the loss, {@code [batch, sequence]}
 * @param totalWeight scalar, what the loss is a mean over
 * @param initialState each tensor {@code [batch, size]}
 */
record NetworkInputs(
    BatchShape shape,
    Operand<TInt32> x,
    Operand<TInt32> y,
    Operand<TFloat32> weights,
    Operand<TFloat32> totalWeight,
    List<Operand<TFloat32>> initialState) {}
