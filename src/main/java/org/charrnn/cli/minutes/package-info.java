/**
 * {@code train --minutes}: chooses the settings of a training for the time that there is, from the
 * text and from measurements of this machine.
 */
package org.charrnn.cli.minutes;
