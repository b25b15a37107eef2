/** Plots of learning curves, activations and predictions. */
package org.charrnn.plot;
