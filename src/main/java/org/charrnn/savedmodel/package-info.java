/** Writes a TensorFlow graph, its variables and its files as a SavedModel directory. */
package org.charrnn.savedmodel;
