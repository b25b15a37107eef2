/**
 * The settings of a run. Each is described once, by the {@link org.charrnn.settings.Setting}
 * annotation of a record's component; the command line and the files of a run are derived from it.
 *
 * <p>Records of settings also live beside the code that uses them, such as in {@code model} and
 * {@code text}.
 */
package org.charrnn.settings;
