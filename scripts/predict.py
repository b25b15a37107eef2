#!/usr/bin/env python3
"""Prints the most likely next character after each character of a text.

    $ predict.py runs/lab-12-4/saved_model "if you wan"
    if you wan -> f you want

Requires TensorFlow, but neither Java nor charrnn; scripts/python_env.py creates a suitable Python
environment and prints the path of its interpreter.
"""

from __future__ import annotations

import argparse
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf  # noqa: E402
from tensorflow_errors import reason  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Prints the most likely next character after each character of a text."
    )
    parser.add_argument("model", metavar="DIR", help="SavedModel exported by charrnn")
    parser.add_argument("text", metavar="TEXT", help="text to read")
    arguments = parser.parse_args()

    model = tf.saved_model.load(arguments.model)
    ids = model.encode(arguments.text)  # [time]
    logits = model.logits(ids[None])  # [batch, time, classes]
    most_likely = tf.argmax(logits[0], axis=1, output_type=tf.int32)  # [time]
    print(arguments.text, "->", model.decode(most_likely).numpy().decode())


if __name__ == "__main__":
    try:
        main()
    except (OSError, AttributeError, TypeError, ValueError, tf.errors.OpError) as e:
        sys.exit(f"predict: {reason(e)}")
