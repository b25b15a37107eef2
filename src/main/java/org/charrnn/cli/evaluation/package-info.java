/** What the evaluate command reads and prints. */
package org.charrnn.cli.evaluation;
