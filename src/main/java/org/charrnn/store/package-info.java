/**
 * The files of a run: configuration, vocabulary, history, events, checkpoints and SavedModel. Files
 * are written atomically; a program that is killed leaves the previous version.
 */
package org.charrnn.store;
