/**
 * The same cells on Java arrays, for one sequence at a time: where a step is too small for a graph,
 * whose operations would take longer to start than to compute.
 */
package org.charrnn.nn.arrays;
