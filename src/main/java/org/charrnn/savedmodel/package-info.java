/**
 * Writes SavedModels in TensorFlow 2's own form, as if Python had made them. It knows nothing of
 * networks: any TensorFlow-Java program can use it.
 *
 * <p>In go variables with their values, functions over tensors that may read them, signatures that
 * call the functions, texts and files; out comes a directory. {@code tf.saved_model.load} gives an
 * object that has the variables as attributes and in lists, is differentiated, trained and saved
 * again, and whose functions are called by position or by name, with defaults. The same directory
 * opens with TensorFlow 1's loader, {@code saved_model_cli}, Keras' {@code TFSMLayer}, TensorFlow
 * Serving and TensorFlow-Java's {@code SavedModelBundle}.
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
 * <p>In Python: {@code model.predict([[1., 1.]])} is 5, {@code model.w} the variable.
 */
package org.charrnn.savedmodel;
