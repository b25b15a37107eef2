/**
 * Disks that lose power: a file system that records what a program does, and the states that a loss
 * of power could leave.
 */
package org.charrnn.testing.disk;
