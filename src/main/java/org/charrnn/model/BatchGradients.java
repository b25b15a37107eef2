package org.charrnn.model;

/**
 * What the rows of a batch, or some of them, give a training step, in plain arrays.
 *
 * @param lossNats the rows' part of the batch's mean loss
 * @param byWeight the gradient of that by each weight, in the weights' order
 * @param state what the streams carry to the next window, each tensor {@code [rows, size]}
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
public record BatchGradients(float lossNats, float[][] byWeight, float[][] state) {}
