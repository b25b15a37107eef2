/** Tokens, vocabularies and token ids; plain Java. */
package org.charrnn.text;
