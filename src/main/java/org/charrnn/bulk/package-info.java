/** One model and a great deal to do for it: many texts to write, many files to read. */
package org.charrnn.bulk;
