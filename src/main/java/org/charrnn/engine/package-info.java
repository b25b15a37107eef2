/**
 * Runs jobs that consist of many independent tasks, in this JVM or on other machines. {@link
 * org.charrnn.engine.LocalEngine} runs them here; {@link org.charrnn.engine.Engines} finds other
 * engines by name.
 */
package org.charrnn.engine;
