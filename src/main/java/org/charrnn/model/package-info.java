/**
 * The lab's network: the graph that trains it, the graph that is exported, and the session that
 * runs the first. No tensor leaves this package; plain arrays cross its border.
 */
package org.charrnn.model;
