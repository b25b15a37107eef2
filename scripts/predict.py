#!/usr/bin/env python3
"""Prints the character that a trained model expects after each character of a text.

    $ predict.py runs/lab-12-4/saved_model "if you wan"
    if you wan -> f you want

It needs TensorFlow, as in the Python that scripts/python_env.py prints the path of, and nothing of
charrnn.
"""

from __future__ import annotations

import argparse
import os
import re
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description="Prints what comes after each character.")
    parser.add_argument("model", metavar="DIR", help="a SavedModel of charrnn")
    parser.add_argument("text", metavar="TEXT")
    arguments = parser.parse_args()

    model = tf.saved_model.load(arguments.model)
    ids = model.encode(arguments.text)  # [time]
    logits = model.logits(ids[None])  # [batch, time, classes]
    likeliest = tf.argmax(logits[0], axis=1, output_type=tf.int32)  # [time]
    print(arguments.text, "->", model.decode(likeliest).numpy().decode())


def reason(error: Exception) -> str:
    """What is wrong in one line; TensorFlow says it in the middle of several, in brackets."""
    told = re.search(r"assertion failed: \[(.*)\]", str(error))
    return told.group(1).replace("] [", " ") if told else str(error).split("\n")[0]


if __name__ == "__main__":
    try:
        main()
    except (OSError, AttributeError, TypeError, ValueError, tf.errors.OpError) as e:
        sys.exit(f"predict: {reason(e)}")
