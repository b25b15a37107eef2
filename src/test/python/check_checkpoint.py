"""Resumes Java's training from its checkpoint in the original Python graph.

    check_checkpoint.py CASE...

A CASE is a run directory with a checkpoint and with `expected.json`: the path of the checkpoint,
the sizes of the model, its windows, and Java's logits and losses after the checkpoint. Each check
prints `ok: CASE: FACT`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))
import numpy as np  # noqa: E402
import record_lab  # noqa: E402  (before TensorFlow, since it selects the Keras version)
import tensorflow.compat.v1 as tf  # noqa: E402
from facts import check  # noqa: E402

# Logits and losses of about 3 have rounding errors of 2e-7. The two graphs sum in different orders,
# and each step of Adam increases the difference a little; there are few steps.
TOLERANCE = 1e-5


class Case:
    """A checkpoint and Java's results from it."""

    def __init__(self, directory: Path) -> None:
        self.name = directory.name
        self.expected = json.loads((directory / "expected.json").read_text(encoding="utf-8"))
        self.checkpoint = str(directory / self.expected["checkpoint"])

    def build_graph(self) -> record_lab.LabGraph:
        expected = self.expected
        return record_lab.build_graph(
            classes=expected["classes"],
            hidden=expected["hidden"],
            layers=expected["layers"],
            batch=len(expected["x"]),
            sequence_length=len(expected["x"][0]),
            learning_rate=expected["learning_rate"],
        )


def checkpoint_holds_weights_and_slots(case: Case) -> None:
    with tf.Graph().as_default():
        case.build_graph()
        originals = {variable.op.name: variable.shape for variable in tf.global_variables()}
    reader = tf.train.load_checkpoint(case.checkpoint)
    found = reader.get_variable_to_shape_map()
    assert found == originals, found


def original_resumes_like_java(case: Case) -> None:
    expected = case.expected
    with tf.Graph().as_default(), tf.Session() as session:
        lab = case.build_graph()
        tf.train.Saver().restore(session, case.checkpoint)
        outputs = session.run(lab.outputs, {lab.x: expected["x"]})
        np.testing.assert_allclose(outputs, expected["outputs"], rtol=0, atol=TOLERANCE)
        feed = {lab.x: expected["x"], lab.y: expected["y"]}
        losses = [session.run([lab.mean_loss, lab.train_op], feed)[0] for _ in expected["losses"]]
        np.testing.assert_allclose(losses, expected["losses"], rtol=0, atol=TOLERANCE)


FACTS = (checkpoint_holds_weights_and_slots, original_resumes_like_java)


def main() -> int:
    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.disable_v2_behavior()
    cases = [Case(Path(argument)) for argument in sys.argv[1:]]
    passed = [check(case.name, fact, case) for case in cases for fact in FACTS]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
