/** How fast this machine trains and writes: jobs that take steps, and rounds of them. */
package org.charrnn.benchmark;
