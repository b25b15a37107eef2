/**
 * Training steps. {@link org.charrnn.model.training.TrainingSession} takes them on this machine;
 * {@link org.charrnn.model.training.GradientWorker}s compute gradients for an {@link
 * org.charrnn.model.training.UpdateSession} that holds the weights elsewhere.
 */
package org.charrnn.model.training;
