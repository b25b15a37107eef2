/**
 * Checkpoints in TensorFlow's own format: what {@code tf.train.Saver} writes and {@code
 * tf.train.load_checkpoint} reads, as plain arrays on the Java side.
 */
package org.charrnn.checkpoint;
