/** The options that several commands share, and those that are derived from settings. */
package org.charrnn.cli.options;
