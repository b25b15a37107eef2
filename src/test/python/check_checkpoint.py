"""Goes on in the original's graph, in Python, where Java's training stopped.

    check_checkpoint.py CASE...

A CASE is a directory with a checkpoint `model` and with `expected.json`: the sizes of the model,
its windows, and Java's logits and losses from the checkpoint on. Prints `ok: CASE: FACT` for each
check.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))
import numpy as np  # noqa: E402
import record_lab  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402
from facts import check  # noqa: E402


class Case:
    """A checkpoint and what Java made of it."""

    def __init__(self, directory: Path) -> None:
        self.name = directory.name
        self.checkpoint = str(directory / "model")
        self.expected = json.loads((directory / "expected.json").read_text(encoding="utf-8"))

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


def original_goes_on_as_java_does(case: Case) -> None:
    expected = case.expected
    with tf.Graph().as_default(), tf.Session() as session:
        lab = case.build_graph()
        tf.train.Saver().restore(session, case.checkpoint)
        outputs = session.run(lab.outputs, {lab.x: expected["x"]})
        print(np.abs(outputs- expected["outputs"]).max(), file=sys.stderr)
        np.testing.assert_allclose(outputs, expected["outputs"], rtol=0, atol=1e-5)
        feed = {lab.x: expected["x"], lab.y: expected["y"]}
        losses = [
            session.run([lab.mean_loss, lab.train_op], feed)[0] for _ in expected["losses"]
        ]
        print(np.abs(np.array(losses)- expected["losses"]), file=sys.stderr)
        np.testing.assert_allclose(losses, expected["losses"], rtol=0, atol=1e-5)


def main() -> None:
    tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.ERROR)
    for argument in sys.argv[1:]:
        case = Case(Path(argument))
        check(case.name, checkpoint_holds_weights_and_slots, case)
        check(case.name, original_goes_on_as_java_does, case)


if __name__ == "__main__":
    main()
