/** The listeners of a training: each prints, records, saves or ends it for one reason. */
package org.charrnn.train.listeners;
