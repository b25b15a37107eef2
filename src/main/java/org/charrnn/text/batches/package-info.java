/** Divides token ids into training and validation, windows and batches; plain Java. */
package org.charrnn.text.batches;
