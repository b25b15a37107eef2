"""Compares Java's networks with all kinds of cells with TensorFlow 1's own cells.

    check_cells.py CASE...

A CASE is a directory with Java's random weights as a checkpoint `model` and as `saved_model`, and
with `expected.json`: the kind and sizes of the network, ids, an initial state, and the results of
Java's training graph from that state and from zeros. Each check prints `ok: CASE: FACT`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))
import record_lab  # noqa: E402, F401  (before TensorFlow, since it selects the Keras version)
import numpy as np  # noqa: E402
import tensorflow as tf2  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402
from facts import check  # noqa: E402

# Logits are below 10, states and gradients below 1, after about a hundred operations in another
# order, each with a rounding error of at most 1e-6.
TOLERANCE = 1e-5

CELLS = {
    "lstm": tf.nn.rnn_cell.BasicLSTMCell,
    "gru": tf.nn.rnn_cell.GRUCell,
    "rnn": tf.nn.rnn_cell.BasicRNNCell,
}


class Original(NamedTuple):
    """The tensors to fetch."""

    outputs: tf.Tensor  # [batch, time, classes]
    state: list[tf.Tensor]  # after the last step
    gradients: dict[str, tf.Tensor]  # of the mean loss, by variable


class Case:
    """A network and Java's results for it."""

    def __init__(self, directory: Path) -> None:
        self.name = directory.name
        self.checkpoint = str(directory / "model")
        self.saved_model = str(directory / "saved_model")
        self.expected = json.loads((directory / "expected.json").read_text(encoding="utf-8"))
        self.x = np.array(self.expected["x"], np.int32)  # [batch, time]

    def build_original(self, initial_state: list[np.ndarray] | None) -> Original:
        """Adds the network to the default graph, with TensorFlow 1's own API."""
        expected = self.expected
        classes, hidden = expected["classes"], expected["hidden"]
        if expected["embedding"]:
            embedding = tf.get_variable("embedding", [classes, expected["embedding"]])
            inputs = tf.nn.embedding_lookup(embedding, self.x)
        else:
            inputs = tf.one_hot(self.x, classes)
        cells = [CELLS[expected["cell"]](hidden) for _ in range(expected["layers"])]
        stack = tf.nn.rnn_cell.MultiRNNCell(cells)
        if initial_state is not None:
            constants = [tf.constant(part, tf.float32) for part in initial_state]
            initial_state = tf.nest.pack_sequence_as(stack.state_size, constants)
        rnn, state = tf.nn.dynamic_rnn(stack, inputs, initial_state=initial_state, dtype=tf.float32)
        if expected["tied"]:
            softmax_w = tf.transpose(embedding)
        else:
            softmax_w = tf.get_variable("softmax_w", [hidden, classes])
        softmax_b = tf.get_variable("softmax_b", [classes])
        flat = tf.matmul(tf.reshape(rnn, [-1, hidden]), softmax_w) + softmax_b
        outputs = tf.reshape(flat, [*self.x.shape, classes])

        variables = tf.trainable_variables()
        gradients = map(tf.convert_to_tensor, tf.gradients(self.loss(outputs), variables))
        names = [variable.op.name for variable in variables]
        return Original(outputs, tf.nest.flatten(state), dict(zip(names, gradients)))

    def loss(self, outputs: tf.Tensor) -> tf.Tensor:
        """Mean cross entropy in nats; the target of each id is the next one."""
        return tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels=self.x[:, 1:], logits=outputs[:, :-1]
            )
        )

    def run_original(self, initial_state: list[np.ndarray] | None) -> Original:
        with tf.Graph().as_default(), tf.Session() as session:
            original = self.build_original(initial_state)
            names = {variable.op.name for variable in tf.global_variables()}
            found = {name for name, _ in tf.train.list_variables(self.checkpoint)}
            assert found == names, (found, names)
            tf.train.Saver().restore(session, self.checkpoint)
            return Original(*session.run(tuple(original)))


def assert_close(actual: object, desired: object) -> None:
    np.testing.assert_allclose(actual, desired, rtol=0, atol=TOLERANCE)


def original_returns_javas_outputs_and_state(case: Case) -> None:
    for expected in case.expected["runs"]:
        original = case.run_original(expected["initial_state"])
        assert_close(original.outputs, expected["outputs"])
        assert len(original.state) == len(expected["final_state"])
        for actual, desired in zip(original.state, expected["final_state"]):
            assert_close(actual, desired)


def saved_model_returns_javas_logits(case: Case) -> None:
    from_zeros = case.expected["runs"][0]
    assert from_zeros["initial_state"] is None
    model = tf2.saved_model.load(case.saved_model)
    assert_close(logits(model, case.x), from_zeros["outputs"])


def saved_model_has_the_original_gradients(case: Case) -> None:
    model = tf2.saved_model.load(case.saved_model)
    with tf2.GradientTape() as tape:
        loss = case.loss(logits(model, case.x))
    gradients = tape.gradient(loss, {v.name.removesuffix(":0"): v for v in model.variables})
    desired = case.run_original(None).gradients
    assert gradients.keys() == desired.keys(), gradients.keys()
    for name, gradient in gradients.items():
        assert gradient is not None, name
        assert_close(tf2.convert_to_tensor(gradient), desired[name])


def logits(model: tf2.Module, x: np.ndarray) -> tf2.Tensor:
    return model.signatures["serving_default"](X=tf2.constant(x))["outputs"]


FACTS = (
    original_returns_javas_outputs_and_state,
    saved_model_returns_javas_logits,
    saved_model_has_the_original_gradients,
)


def main() -> int:
    tf.logging.set_verbosity(tf.logging.ERROR)
    cases = [Case(Path(argument)) for argument in sys.argv[1:]]
    passed = [check(case.name, fact, case) for case in cases for fact in FACTS]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
