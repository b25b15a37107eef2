/**
 * From the ids of a batch to the loss and its gradients: {@link org.charrnn.model.loss.LabGraph} is
 * the course's graph, operation by operation, {@code FusedGraph} the fast one; {@link
 * org.charrnn.model.loss.GradientGraph} is built from either.
 */
package org.charrnn.model.loss;
