/** The numbers of a run, checked once. */
package org.charrnn.config;
