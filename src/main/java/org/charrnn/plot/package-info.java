/** Pictures of what a training wrote down. */
package org.charrnn.plot;
