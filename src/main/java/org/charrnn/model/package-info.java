/**
 * The network and what its graphs share: its architecture, its weights, the state that it carries,
 * and the session that runs a graph.
 *
 * <p>No tensor leaves this package and those below it; plain arrays cross their border.
 */
package org.charrnn.model;
