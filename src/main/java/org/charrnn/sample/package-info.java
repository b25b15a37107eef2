/**
 * How text is chosen: the settings of drawing, which is done in the graph, and beam search in plain
 * Java, which asks nothing of a model but {@link LanguageModel}.
 */
package org.charrnn.sample;
