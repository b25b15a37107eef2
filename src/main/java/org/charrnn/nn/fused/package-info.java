/**
 * Recurrent layers for fast training: the cells of {@link org.charrnn.nn} with explicit gradients,
 * and with the matrix products of many time steps computed at once.
 *
 * <p>{@link org.charrnn.nn.fused.FusedCells#of} returns the fused version of a cell; {@link
 * org.charrnn.nn.fused.FusedStack} stacks them.
 */
package org.charrnn.nn.fused;
