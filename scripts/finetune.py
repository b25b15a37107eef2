#!/usr/bin/env python3
"""Trains a model that charrnn exported further, on another text, and saves it again.

    $ finetune.py runs/tiny/saved_model sonnets.txt models/sonnets --steps 200

The new model opens in Python and in charrnn: sample, evaluate, train --init-from. It needs
TensorFlow, as in the Python that scripts/python_env.py prints the path of.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains a SavedModel further.")
    parser.add_argument("model", metavar="DIR", help="a SavedModel of charrnn")
    parser.add_argument("text", type=Path, metavar="FILE", help="what to learn, in UTF-8")
    parser.add_argument("to", metavar="NEW", help="where the new SavedModel goes")
    parser.add_argument("--steps", type=positive, default=200, metavar="N")
    parser.add_argument("--batch-size", type=positive, default=32, metavar="N")
    parser.add_argument("--sequence-length", type=positive, default=50, metavar="N")
    parser.add_argument("--learning-rate", type=float, default=0.001, metavar="R")
    arguments = parser.parse_args()

    model = tf.saved_model.load(arguments.model)
    ids = model.encode(arguments.text.read_text(encoding="utf-8"))
    window = arguments.sequence_length + 1  # what is read, and the token after each
    if len(ids) < window:
        sys.exit(f"finetune: {arguments.text} has {len(ids)} tokens; {window} are needed")
    windows = (
        tf.data.Dataset.from_tensor_slices(ids)
        .window(window, shift=arguments.sequence_length, drop_remainder=True)
        .flat_map(lambda tokens: tokens.batch(window))
        .shuffle(10_000, seed=1)
        .repeat()
        .batch(arguments.batch_size)
        .take(arguments.steps)
    )
    optimizer = tf.keras.optimizers.Adam(arguments.learning_rate)

    @tf.function
    def train(batch: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = model.logits(batch[:, :-1])  # [batch, time, classes]
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(batch[:, 1:], logits)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        gradients, _ = tf.clip_by_global_norm(gradients, 5.0)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    for step, batch in enumerate(windows, start=1):
        loss = train(batch)
        if step % 50 == 0 or step == arguments.steps:
            print(f"step {step}/{arguments.steps}: {loss:.4f} nats", file=sys.stderr)
    tf.saved_model.save(model, arguments.to, signatures=model.signatures)


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {number}")
    return number


def reason(error: Exception) -> str:
    """What is wrong in one line; TensorFlow says it in the middle of several, in brackets."""
    told = re.search(r"assertion failed: \[(.*)\]", str(error))
    return told.group(1).replace("] [", " ") if told else str(error).split("\n")[0]


if __name__ == "__main__":
    try:
        main()
    except (OSError, AttributeError, TypeError, ValueError, tf.errors.OpError) as e:
        sys.exit(f"finetune: {reason(e)}")
