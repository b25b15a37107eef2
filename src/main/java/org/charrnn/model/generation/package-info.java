/** Generates text: many tokens per run of a graph, sampled or by beam search, or step by step. */
package org.charrnn.model.generation;
