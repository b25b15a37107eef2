/**
 * Files and directories that are complete or absent, whenever a program is killed or the power
 * fails.
 */
package org.charrnn.store.files;
