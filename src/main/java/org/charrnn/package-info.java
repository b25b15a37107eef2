/** Lab 12-4's stacked character RNN on TensorFlow-Java. */
package org.charrnn;
