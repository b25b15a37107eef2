#!/usr/bin/env python3
"""Generates text with a SavedModel that charrnn exported.

    $ generate.py runs/tiny/saved_model "ROMEO:" --length 300 --temperature 0.8

Requires TensorFlow, but neither Java nor charrnn; scripts/python_env.py creates a suitable Python
environment and prints the path of its interpreter. With the same seed, `charrnn sample` generates
the same text.
"""

from __future__ import annotations

import argparse
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf  # noqa: E402
from tensorflow_errors import reason  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description="Generates text with a SavedModel.")
    parser.add_argument("model", metavar="DIR", help="SavedModel exported by charrnn")
    parser.add_argument("prime", metavar="TEXT", nargs="?", default="", help="text to continue")
    parser.add_argument(
        "--length",
        type=int,
        default=500,
        metavar="N",
        help="number of tokens to generate (%(default)s)",
    )
    parser.add_argument(
        "--temperature",
        type=float,
        default=1.0,
        metavar="T",
        help="sampling temperature, 0 for greedy (%(default)s)",
    )
    parser.add_argument(
        "--top-k",
        type=int,
        default=0,
        metavar="K",
        help="sample from the K most likely tokens, 0 for all (%(default)s)",
    )
    parser.add_argument(
        "--top-p",
        type=float,
        metavar="P",
        help="sample from the most likely tokens that together have probability P",
    )
    parser.add_argument(
        "--until",
        metavar="STRING",
        help="end each text after the first STRING in what is generated",
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="random seed (%(default)s)"
    )
    parser.add_argument(
        "--count", type=int, default=1, metavar="N", help="number of texts (%(default)s)"
    )
    arguments = parser.parse_args()
    if arguments.count < 1:
        parser.error(f"--count must be at least 1, got {arguments.count}")

    # SavedModels of earlier versions do not have these.
    newer = {"top_p": arguments.top_p, "until": arguments.until}
    model = tf.saved_model.load(arguments.model)
    texts = model.generate(
        [arguments.prime] * arguments.count,
        length=arguments.length,
        temperature=arguments.temperature,
        top_k=arguments.top_k,
        seed=arguments.seed,
        **{name: value for name, value in newer.items() if value is not None},
    )
    print("\n\n".join(text.decode() for text in texts.numpy()))


if __name__ == "__main__":
    try:
        main()
    except (OSError, AttributeError, TypeError, ValueError, tf.errors.OpError) as e:
        sys.exit(f"generate: {reason(e)}")
