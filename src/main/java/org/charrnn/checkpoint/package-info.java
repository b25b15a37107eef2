/**
 * Reads and writes TensorFlow checkpoints, the files of {@code tf.train.Saver} and {@code
 * tf.train.load_checkpoint}, as plain Java arrays.
 */
package org.charrnn.checkpoint;
