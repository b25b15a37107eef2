/**
 * The network's graphs: those that train it, evaluate it and write text with it, each with the
 * session that runs it, and the functions that are exported. No tensor leaves this package; plain
 * arrays cross its border.
 */
package org.charrnn.model;
