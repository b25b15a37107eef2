"""Generates texts from a SavedModel, with its function and with TensorFlow's command-line tool.

    check_round_trip.py SAVED_MODEL TEXT

Prints, as JSON, the texts of `m.generate` and of saved_model_cli, and the model's mean loss on the
file TEXT, in nats.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

DRAW = {"length": 80, "temperature": 0.7, "top_k": 5, "seed": 9}
PRIMES = ["the ", "the "]


def by_function(model: tf.Module) -> list[str]:
    return [text.decode() for text in model.generate(PRIMES, **DRAW).numpy()]


def by_command_line(path: str) -> list[str]:
    cli = [sys.executable, "-m", "tensorflow.python.tools.saved_model_cli", "run", "--dir", path]
    inputs = ";".join(f"{name}={value!r}" for name, value in {"prime": PRIMES, **DRAW}.items())
    with tempfile.TemporaryDirectory() as out:
        options = ["--tag_set", "serve", "--signature_def", "generate", "--outdir", out]
        subprocess.run([*cli, *options, "--input_exprs", inputs], check=True, capture_output=True)
        return [text.decode() for text in np.load(Path(out) / "text.npy", allow_pickle=True)]


def mean_loss(model: tf.Module, text: str) -> float:
    ids = model.encode(text)[None]
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(ids[:, 1:], model.logits(ids[:, :-1]))
    return float(tf.reduce_mean(losses))


def main() -> None:
    path, text = sys.argv[1:]
    model = tf.saved_model.load(path)
    found = {
        "function": by_function(model),
        "command_line": by_command_line(path),
        "mean_loss": mean_loss(model, Path(text).read_text(encoding="utf-8")),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
