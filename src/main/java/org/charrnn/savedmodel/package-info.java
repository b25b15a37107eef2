/**
 * Writes models in TensorFlow 2's SavedModel format, like those that Python saves. Any
 * TensorFlow-Java program can use this package; it is independent of this project's networks.
 *
 * <p>A model has variables with values, functions over tensors that may read the variables,
 * signatures that call the functions, strings and files. {@code tf.saved_model.load} returns an
 * object that has the variables as attributes and in lists, and that can be differentiated, trained
 * and saved again; its functions take positional and keyword arguments, with defaults. The same
 * directory opens with TensorFlow 1's loader, {@code saved_model_cli}, Keras' {@code TFSMLayer},
 * TensorFlow Serving and TensorFlow-Java's {@code SavedModelBundle}.
 *
 * <pre>{@code
 * import static org.charrnn.graph.Operands.float32;
 * import static org.charrnn.savedmodel.Structure.tensor;
 *
 * try (TFloat32 start = TFloat32.tensorOf(StdArrays.ndCopyOf(new float[][] {{2}, {3}}));
 *     SavedModelBuilder model = new SavedModelBuilder()) {
 *   var w = model.variable("w", start, true);
 *   var x = tensor("x", DataType.DT_FLOAT, Shape.of(-1, 2));
 *   var y = tensor("y", DataType.DT_FLOAT, Shape.of(-1, 1));
 *   var predict =
 *       model.function(
 *           "predict",
 *           List.of(Argument.required(x)),
 *           List.of(w),
 *           y,
 *           (tf, in, variables) ->
 *               List.of(tf.linalg.matMul(float32(in.get(0)), float32(variables.get(0)))));
 *   model.signature(SavedModelBuilder.DEFAULT_SIGNATURE, predict, List.of("x"), List.of("y"));
 *   model.write(directory);
 * }
 * }</pre>
 *
 * <p>In Python, {@code model.predict([[1., 1.]])} returns {@code [[5.]]}, and {@code model.w} is
 * the variable.
 */
package org.charrnn.savedmodel;
