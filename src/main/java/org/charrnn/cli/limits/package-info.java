/** Checks that work fits into the memory and on the disk, before it begins. */
package org.charrnn.cli.limits;
