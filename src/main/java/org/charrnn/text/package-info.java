/** Text to ids and back, and the windows or streams to train on; plain Java. */
package org.charrnn.text;
