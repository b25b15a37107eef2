/** Reads and tokenizes text, and cuts token ids into windows and batches; plain Java. */
package org.charrnn.text;
