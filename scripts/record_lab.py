#!/usr/bin/env python3
"""Trains the original graph of lab 12-4 in Python and records the run as a reference for ports.

The graph uses the original TensorFlow 1 API: BasicLSTMCell, MultiRNNCell, dynamic_rnn,
AdamOptimizer. Only tf.contrib.seq2seq.sequence_loss is reimplemented, since tf.contrib no longer
exists. The script writes these files:

    initial.*, trained.*   checkpoints: the weights before the first and after the last step
    losses.csv             the mean loss before each step, in nats
    logits_step0.csv, logits_trained.csv
                           the logits of the first windows, one row for each character
    lab.json               the settings of the run, its predictions after training, the sentence

The recording in the tests was made with

    "$(python3 scripts/python_env.py)" scripts/record_lab.py src/test/resources/lab-12-4 --seed 1

on Linux x86-64. Another machine may round differently, which becomes visible after about fifty
steps of Adam with a learning rate of 0.1.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["TF_USE_LEGACY_KERAS"] = "1"  # Keras 3 has no rnn_cell; tf_keras has

import numpy as np  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402

SENTENCE = (
    "if you want to build a ship, don't drum up people together to "
    "collect wood and don't assign them tasks and work, but rather "
    "teach them to long for the endless immensity of the sea."
)
LAYERS = 2
SEQUENCE_LENGTH = 10
LEARNING_RATE = 0.1


class LabGraph(NamedTuple):
    """The tensors and operations that are fed, fetched or run."""

    x: tf.Tensor  # [batch, time]
    y: tf.Tensor  # [batch, time]
    outputs: tf.Tensor  # [batch, time, classes]
    mean_loss: tf.Tensor
    train_op: tf.Operation


def build_graph(
    classes: int, hidden: int, layers: int, batch: int, sequence_length: int, learning_rate: float
) -> LabGraph:
    """Adds the lab's graph to the default graph."""
    x = tf.placeholder(tf.int32, [None, sequence_length], name="X")
    y = tf.placeholder(tf.int32, [None, sequence_length], name="Y")
    x_one_hot = tf.one_hot(x, classes)

    cells = [tf.nn.rnn_cell.BasicLSTMCell(hidden, state_is_tuple=True) for _ in range(layers)]
    stack = tf.nn.rnn_cell.MultiRNNCell(cells, state_is_tuple=True)
    outputs, _ = tf.nn.dynamic_rnn(stack, x_one_hot, dtype=tf.float32)

    x_for_softmax = tf.reshape(outputs, [-1, hidden])
    softmax_w = tf.get_variable("softmax_w", [hidden, classes])
    softmax_b = tf.get_variable("softmax_b", [classes])
    outputs = tf.matmul(x_for_softmax, softmax_w) + softmax_b
    outputs = tf.reshape(outputs, [batch, sequence_length, classes])

    mean_loss = tf.reduce_mean(sequence_loss(outputs, y, tf.ones([batch, sequence_length])))
    train_op = tf.train.AdamOptimizer(learning_rate).minimize(mean_loss)
    return LabGraph(x, y, outputs, mean_loss, train_op)


def sequence_loss(logits: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """tf.contrib.seq2seq.sequence_loss with its defaults."""
    flat_logits = tf.reshape(logits, [-1, logits.shape[2]])
    cross_entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.reshape(targets, [-1]), logits=flat_logits
    )
    total_weight = tf.reduce_sum(weights) + 1e-12
    return tf.reduce_sum(cross_entropy * tf.reshape(weights, [-1])) / total_weight


def cut_windows(ids: list[int], length: int) -> tuple[list[list[int]], list[list[int]]]:
    """Returns all windows of the text, and the same windows shifted by one character."""
    starts = range(len(ids) - length)
    return [ids[i : i + length] for i in starts], [ids[i + 1 : i + 1 + length] for i in starts]


def record(directory: Path, steps: int, logit_windows: int, seed: int) -> str:
    """Trains, writes the recording and returns the sentence that the trained model predicts."""
    vocabulary = sorted(set(SENTENCE))
    classes = len(vocabulary)
    inputs, targets = cut_windows([vocabulary.index(c) for c in SENTENCE], SEQUENCE_LENGTH)

    tf.set_random_seed(seed)
    lab = build_graph(
        classes=classes,
        hidden=classes,
        layers=LAYERS,
        batch=len(inputs),
        sequence_length=SEQUENCE_LENGTH,
        learning_rate=LEARNING_RATE,
    )
    weights = tf.trainable_variables()
    saver = tf.train.Saver(weights)

    def save(name: str) -> None:
        saver.save(session, str(directory / name), write_meta_graph=False, write_state=False)

    def write_logits(name: str, logits: np.ndarray) -> None:
        rows = logits[:logit_windows].reshape(-1, classes)
        np.savetxt(directory / name, rows, fmt="%.8g", delimiter=",")

    directory.mkdir(parents=True, exist_ok=True)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        save("initial")
        write_logits("logits_step0.csv", session.run(lab.outputs, {lab.x: inputs}))
        losses = []
        for _ in range(steps):
            loss, _ = session.run([lab.mean_loss, lab.train_op], {lab.x: inputs, lab.y: targets})
            losses.append(loss)
        save("trained")
        logits = session.run(lab.outputs, {lab.x: inputs})
    write_logits("logits_trained.csv", logits)
    np.savetxt(directory / "losses.csv", losses, fmt="%.8g")

    rows = ["".join(vocabulary[i] for i in row) for row in logits.argmax(axis=2)]
    sentence = rows[0] + "".join(row[-1] for row in rows[1:])
    description = {
        "text": SENTENCE,
        "vocabulary": vocabulary,
        "layers": LAYERS,
        "hidden": classes,
        "sequence_length": SEQUENCE_LENGTH,
        "windows": len(inputs),
        "learning_rate": LEARNING_RATE,
        "steps": steps,
        "seed": seed,
        "tensorflow": tf.__version__,
        "parameters": sum(variable.shape.num_elements() for variable in weights),
        "final": sentence,
        "rows_after_training": rows,
    }
    (directory / "lab.json").write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
    return sentence


def main() -> None:
    parser = argparse.ArgumentParser(description="Records a run of the original graph of lab 12-4.")
    parser.add_argument("directory", type=Path, help="output directory")
    parser.add_argument("--steps", type=int, default=500, help="training steps (%(default)s)")
    parser.add_argument(
        "--windows", type=int, default=2, help="windows whose logits are recorded (%(default)s)"
    )
    parser.add_argument(
        "--seed", type=int, default=777, help="random seed (%(default)s, as in the lab)"
    )
    arguments = parser.parse_args()
    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.disable_v2_behavior()
    print(record(arguments.directory, arguments.steps, arguments.windows, arguments.seed))


if __name__ == "__main__":
    main()
