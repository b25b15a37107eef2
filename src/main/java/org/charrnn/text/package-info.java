/** Text to ids and back, and the windows to train on; plain Java. */
package org.charrnn.text;
