/**
 * The files of a run: configuration, vocabulary, history, events, checkpoints and SavedModel. Files
 * are written atomically; a kill or a loss of power leaves the previous version.
 */
package org.charrnn.store;
