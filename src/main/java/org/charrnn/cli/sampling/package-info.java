/** The options of {@code sample} that are about texts, and the ways in which texts are printed. */
package org.charrnn.cli.sampling;
