/** Exports a network as a SavedModel: functions over text and ids, and their signatures. */
package org.charrnn.model.export;
