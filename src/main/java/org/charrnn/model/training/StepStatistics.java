package org.charrnn.model.training;

/**
 * Statistics of some training steps, from before each step changed the weights.
 *
 * @param lossSumNats sum of the steps' losses, each the mean cross entropy of a token, in nats
 * @param maxGradientNorm largest global norm of a step's gradients, before clipping
 */
public record StepStatistics(double lossSumNats, float maxGradientNorm) {}
