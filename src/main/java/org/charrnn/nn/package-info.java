/**
 * Recurrent layers for TensorFlow-Java: cells, stacks of cells, unrolling, a softmax layer, the
 * sequence loss and an Adam with the original's order of operations.
 *
 * <p>Everything here takes operands and returns operands; nothing opens a session. Names and
 * formulas are those of TensorFlow 1's {@code rnn_cell}, so weights can be exchanged with it:
 *
 * <pre>{@code
 * Variables variables = new Variables(tf, seed);
 * RnnCell stack =
 *     new MultiRNNCell(
 *         List.of(
 *             BasicLSTMCell.create(variables, "rnn/multi_rnn_cell/cell_0/basic_lstm_cell", 25, 64),
 *             BasicLSTMCell.create(variables, "rnn/multi_rnn_cell/cell_1/basic_lstm_cell", 64, 64)));
 * RnnOutputs rnn = StaticRnn.unroll(tf, stack, inputs, timeSteps, stack.zeroState(tf, batchSize));
 * }</pre>
 *
 * <p>{@link org.charrnn.nn.fused} has faster versions of the same cells for training.
 *
 * <p>Tensors are batch-major: {@code [batch, features]} in a cell, {@code [batch, time, features]}
 * around it.
 */
package org.charrnn.nn;
