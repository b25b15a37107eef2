/**
 * Training: a loop that notifies listeners, the trainers that take its steps, and evaluation.
 *
 * <p>{@link org.charrnn.train.TrainingLoop} is the place to start reading.
 */
package org.charrnn.train;
