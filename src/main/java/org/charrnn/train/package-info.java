/** The lab's training: its settings, its loop and what it prints. */
package org.charrnn.train;
