/**
 * Test utilities: running parts of a graph, reference implementations of cells and losses in plain
 * Java, and running Python scripts.
 */
package org.charrnn.testing;
