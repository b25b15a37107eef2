/** Work on the machines of an Apache Spark cluster. */
package org.charrnn.spark;
