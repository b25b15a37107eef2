/**
 * What TensorFlow-Java's graph API leaves out: resource variables with their original names, graph
 * functions with arguments of any type, and a {@code While} loop that TensorFlow lowers.
 *
 * <p>Graph pieces only: nothing here opens a session or touches a file, so any TensorFlow-Java
 * program can use it.
 */
package org.charrnn.graph;
