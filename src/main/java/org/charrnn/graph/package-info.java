/**
 * Graph-building features that TensorFlow-Java lacks: resource variables with arbitrary names,
 * graph functions with arguments of any type, and a {@code While} loop that TensorFlow lowers.
 *
 * <p>This package only builds graphs. It opens no sessions and no files, so any TensorFlow-Java
 * program can use it.
 */
package org.charrnn.graph;
