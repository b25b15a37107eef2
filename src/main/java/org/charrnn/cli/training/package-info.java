/** Resolves the settings of a training, checks that it fits into memory, and runs it. */
package org.charrnn.cli.training;
