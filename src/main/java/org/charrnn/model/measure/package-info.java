/**
 * Estimates and measurements: memory, floating-point operations, where the time of a step goes, the
 * faster precision.
 */
package org.charrnn.model.measure;
