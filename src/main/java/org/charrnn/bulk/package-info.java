/** Generates or evaluates many texts with one model, on this machine or by an engine. */
package org.charrnn.bulk;
