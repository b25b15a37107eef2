/** The commands: each parses its arguments, does its work and returns an exit code. */
package org.charrnn.cli;
