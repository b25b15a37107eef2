"""Runs the README's example and compares the results of its lines with Java's.

    check_readme.py DIRECTORY EXAMPLE

DIRECTORY is the working directory, with Java's results in `expected.json`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np

# The same operations, possibly summed in another order, on logits below 20.
TOLERANCE = 1e-5


def main() -> None:
    directory, example = sys.argv[1:]
    os.chdir(directory)
    expected = json.loads(Path("expected.json").read_text(encoding="utf-8"))
    found: dict = {}
    exec(Path(example).read_text(encoding="utf-8"), found)
    tf, m = found["tf"], found["m"]

    untouched = tf.saved_model.load("runs/lab-12-4/saved_model")
    assert found["text"].dtype == tf.string and found["text"].shape == ()
    text = found["text"].numpy().decode()
    assert text.startswith("if you want") and len(text) == len("if you want") + 60
    batch = untouched.generate([["if you want"], [""]], length=60, temperature=0.8, seed=0)
    assert batch.shape == (2, 1) and batch[0, 0].numpy().decode() == text

    ids, logits = found["ids"], found["logits"]
    assert ids.numpy().tolist() == expected["ids"]
    np.testing.assert_allclose(logits, expected["logits"], rtol=0, atol=TOLERANCE)
    most_likely = np.argmax(expected["logits"][0], axis=1)
    written = "".join(expected["tokens"][i] for i in most_likely)
    assert [one.decode() for one in found["expected"].numpy()] == [written]
    np.testing.assert_allclose(found["step_logits"], logits[:, -1], rtol=0, atol=TOLERANCE)

    losses = -tf.nn.log_softmax(np.array(expected["logits"], np.float32)[0, :-1]).numpy()
    target_losses = losses[np.arange(len(losses)), expected["ids"][1:]]
    np.testing.assert_allclose(found["loss"], target_losses.mean(), rtol=1e-5)
    for variable, before, gradient in zip(m.variables, untouched.variables, found["gradients"]):
        g = gradient.numpy()
        first_step = -0.01 * g / (np.abs(g) + 1e-7 / np.sqrt(1 - 0.999))  # of Keras' Adam
        # Weights below 8 have rounding errors of 5e-7.
        np.testing.assert_allclose(variable - before, first_step, rtol=0, atol=2e-6)

    again = tf.saved_model.load("models/mine")
    np.testing.assert_array_equal(again.logits(ids[None]), m.logits(ids[None]))
    assert set(again.signatures) == {"serving_default", "generate", "generate_until", "step"}


if __name__ == "__main__":
    main()
