/** Where work is done that is made of many pieces: here, or on other machines. */
package org.charrnn.engine;
