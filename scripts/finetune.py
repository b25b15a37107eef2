#!/usr/bin/env python3
"""Fine-tunes a SavedModel, exported by charrnn, on a new text.

    $ finetune.py runs/tiny/saved_model sonnets.txt models/sonnets --steps 200

The new SavedModel works in Python and with charrnn's `sample`, `evaluate` and `train --init-from`.
Requires TensorFlow; scripts/python_env.py creates a suitable Python environment and prints the path
of its interpreter.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf  # noqa: E402
from tensorflow_errors import reason  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description="Fine-tunes a SavedModel on a new text.")
    parser.add_argument("model", metavar="DIR", help="SavedModel exported by charrnn")
    parser.add_argument("text", type=Path, metavar="FILE", help="training text in UTF-8")
    parser.add_argument("to", metavar="NEW", help="directory of the new SavedModel")
    parser.add_argument(
        "--steps",
        type=positive,
        default=200,
        metavar="N",
        help="number of training steps (%(default)s)",
    )
    parser.add_argument(
        "--batch-size",
        type=positive,
        default=32,
        metavar="N",
        help="windows per training step (%(default)s)",
    )
    parser.add_argument(
        "--sequence-length",
        type=positive,
        default=50,
        metavar="N",
        help="tokens per window (%(default)s)",
    )
    parser.add_argument(
        "--learning-rate",
        type=float,
        default=0.001,
        metavar="R",
        help="learning rate of Adam (%(default)s)",
    )
    arguments = parser.parse_args()

    model = tf.saved_model.load(arguments.model)
    ids = model.encode(arguments.text.read_text(encoding="utf-8"))
    window = arguments.sequence_length + 1  # the targets are one token ahead of the inputs
    if len(ids) < window:
        sys.exit(
            f"finetune: {arguments.text} has {len(ids)} tokens, but at least {window} are needed;"
            " give a longer text or a shorter --sequence-length"
        )
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


if __name__ == "__main__":
    try:
        main()
    except (OSError, AttributeError, TypeError, ValueError, tf.errors.OpError) as e:
        sys.exit(f"finetune: {reason(e)}")
