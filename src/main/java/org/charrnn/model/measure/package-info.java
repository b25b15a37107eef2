/** Estimates and measurements: memory, floating-point operations, where the time of a step goes. */
package org.charrnn.model.measure;
