/**
 * Training on slices of a batch, on this machine or a cluster: with the sum of their gradients, or
 * with the average of their weights.
 */
package org.charrnn.train.distributed;
