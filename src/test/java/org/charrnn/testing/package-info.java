/** What the tests share: a way to run pieces of a graph, and the field's formulas in plain Java. */
package org.charrnn.testing;
