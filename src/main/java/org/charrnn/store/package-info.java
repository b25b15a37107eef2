/** What lies on disk: a run directory, written so that nothing half-done is ever in its place. */
package org.charrnn.store;
