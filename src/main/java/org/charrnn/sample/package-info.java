/**
 * Choosing the tokens of a text, one after the other, from what a language model expects; plain
 * Java, and all it asks of a model is {@link LanguageModel}.
 */
package org.charrnn.sample;
