/** Tokens, vocabularies and token ids, and their windows and batches; plain Java. */
package org.charrnn.text;
