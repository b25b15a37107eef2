/**
 * How text is chosen from a model's predictions: settings for sampling, which happens in the graph,
 * the random numbers for it, and beam search in plain Java, which needs only a {@link
 * org.charrnn.decoding.LanguageModel}.
 */
package org.charrnn.decoding;
