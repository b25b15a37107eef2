/** Generates text: many tokens per run of a graph, or step by step for a search. */
package org.charrnn.model.generation;
