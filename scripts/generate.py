#!/usr/bin/env python3
"""Goes on with a text, with a model that charrnn trained.

    $ generate.py runs/tiny/saved_model "ROMEO:" --length 300 --temperature 0.8

It needs TensorFlow, as in the Python that scripts/python_env.py prints the path of, and nothing of
charrnn. The same seed gives the same text as `charrnn sample`.
"""

from __future__ import annotations

import argparse
import os
import re
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description="Goes on with a text.")
    parser.add_argument("model", metavar="DIR", help="a SavedModel of charrnn")
    parser.add_argument("prime", metavar="TEXT", nargs="?", default="", help="what to go on from")
    parser.add_argument("--length", type=int, default=500, metavar="N")
    parser.add_argument("--temperature", type=float, default=1.0, metavar="T")
    parser.add_argument("--top-k", type=int, default=0, metavar="K")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="texts to write")
    arguments = parser.parse_args()
    if arguments.count < 1:
        parser.error(f"--count must be at least 1, got {arguments.count}")

    model = tf.saved_model.load(arguments.model)
    texts = model.generate(
        [arguments.prime] * arguments.count,
        length=arguments.length,
        temperature=arguments.temperature,
        top_k=arguments.top_k,
        seed=arguments.seed,
    )
    print("\n\n".join(text.decode() for text in texts.numpy()))


def reason(error: Exception) -> str:
    """What is wrong in one line; TensorFlow says it in the middle of several, in brackets."""
    told = re.search(r"assertion failed: \[(.*)\]", str(error))
    return told.group(1).replace("] [", " ") if told else str(error).split("\n")[0]


if __name__ == "__main__":
    try:
        main()
    except (OSError, AttributeError, TypeError, ValueError, tf.errors.OpError) as e:
        sys.exit(f"generate: {reason(e)}")
