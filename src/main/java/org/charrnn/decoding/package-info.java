/**
 * How text is chosen from a model's predictions: settings for sampling, which happens in the graph,
 * the random numbers for it, and beam search, which keeps the texts while a {@link
 * org.charrnn.decoding.BeamModel} extends them, or any {@link org.charrnn.decoding.LanguageModel}
 * step by step.
 */
package org.charrnn.decoding;
