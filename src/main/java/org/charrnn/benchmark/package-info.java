/** Measures how fast this machine trains and generates. */
package org.charrnn.benchmark;
