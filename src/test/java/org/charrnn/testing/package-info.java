/**
 * Test utilities: running graphs and labs, reference implementations of cells, networks and losses
 * in plain Java, and running Python scripts.
 */
package org.charrnn.testing;
