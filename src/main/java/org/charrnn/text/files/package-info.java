/** Finds, reads and encodes the files of a text; plain Java. */
package org.charrnn.text.files;
