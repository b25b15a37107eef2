/** Arguments in, exit code out. */
package org.charrnn.cli;
