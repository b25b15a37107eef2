/** Event files for TensorBoard. */
package org.charrnn.store.events;
