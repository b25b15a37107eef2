package org.charrnn.model.training;

/**
 * The result of the forward and backward pass of a step, for a batch or some of its rows, in plain
 * arrays.
 *
 * @param lossNats the rows' share of the batch's mean loss, in nats
 * @param dWeights gradients with respect to the weights, in order
 * @param state that the streams carry to the next window, each tensor {@code [rows, size]}
 */
@SuppressWarnings("ArrayRecordComponent") // a data carrier; never compared by equals
public record StepGradients(float lossNats, float[][] dWeights, float[][] state) {}
