#!/usr/bin/env python3
"""Prints the character that a trained model expects after each character of a text.

    $ predict.py runs/lab-12-4/saved_model "if you wan"
    if you wan -> f you want

It needs TensorFlow, as in the Python that scripts/python_env.py prints the path of, and nothing of
charrnn. Exit codes: 0 done, 1 the work failed, 2 bad arguments or input.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import NoReturn

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
try:
    import tensorflow as tf
except ImportError:
    sys.exit("predict: no TensorFlow here; use the Python that scripts/python_env.py prints")

WORK_FAILED = 1
BAD_INPUT = 2


def fail(exit_code: int, message: str) -> NoReturn:
    print(f"predict: {message}", file=sys.stderr)
    sys.exit(exit_code)


class CharacterModel:
    """A SavedModel and the characters that its ids stand for."""

    def __init__(self, directory: Path) -> None:
        vocabulary = directory / "assets" / "vocabulary.json"
        if not (directory / "saved_model.pb").is_file() or not vocabulary.is_file():
            fail(BAD_INPUT, f"no SavedModel at {directory}; give the saved_model of a run")
        self.characters = json.loads(vocabulary.read_text(encoding="utf-8"))
        try:
            self.model = tf.saved_model.load(str(directory))
        except Exception:  # of many kinds, each with pages of text
            fail(WORK_FAILED, f"cannot load {directory}: its files are damaged")

    def encode(self, text: str) -> list[int]:
        for character in text:
            if character not in self.characters:
                fail(BAD_INPUT, f"the model has no character {character!r}")
        return [self.characters.index(character) for character in text]

    def predict(self, text: str) -> str:
        """Returns the likeliest next character at each place."""
        x = tf.constant([self.encode(text)])  # [1, time]
        outputs = self.model.signatures["serving_default"](X=x)["outputs"]  # [1, time, classes]
        return "".join(self.characters[i] for i in outputs.numpy()[0].argmax(axis=1))


def main() -> None:
    parser = argparse.ArgumentParser(description="Predicts the next characters of a text.")
    parser.add_argument("directory", type=Path, metavar="DIR", help="the saved_model of a run")
    parser.add_argument("text", metavar="TEXT")
    parser.add_argument(
        "--length", type=int, metavar="N", help="go on with the N likeliest characters instead"
    )
    arguments = parser.parse_args()
    text, length = arguments.text, arguments.length
    if not text:
        fail(BAD_INPUT, "the text is empty")
    if length is not None and length < 1:
        fail(BAD_INPUT, f"--length must be at least 1, got {length}")

    model = CharacterModel(arguments.directory)
    if length is None:
        print(text, "->", model.predict(text))
    else:
        for _ in range(length):
            text += model.predict(text)[-1]
        print(text)


if __name__ == "__main__":
    main()
