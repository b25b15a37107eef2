/** Runs the tasks of an {@link org.charrnn.engine.Engine} on an Apache Spark cluster. */
package org.charrnn.spark;
