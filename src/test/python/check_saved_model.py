"""Loads SavedModels that Java wrote with all of Python's loaders, and compares them with Java.

    check_saved_model.py CASE...

A CASE is a directory with `saved_model` and with `expected.json`: Java's logits for ids of several
shapes, the vocabulary, and the names and shapes of the variables. The model is saved again to
`saved_again` in the directory, for Java to load. Each check prints `ok: CASE: FACT`. All checks run
even if some fail.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from facts import check

SIGNATURE = "serving_default"

# The same operations, possibly summed in another order: logits stay below 20, where neighboring
# floats are 2e-6 apart.
TOLERANCE = 1e-5


class Case:
    """A SavedModel and Java's results for it."""

    def __init__(self, directory: Path) -> None:
        self.name = directory.name
        self.saved_model = directory / "saved_model"
        self.saved_again = directory / "saved_again"
        expected = json.loads((directory / "expected.json").read_text(encoding="utf-8"))
        self.vocabulary = expected["vocabulary"]
        self.variables = expected["variables"]  # name -> shape
        self.batches = [  # each [batch, time] and [batch, time, classes]
            (np.array(batch["x"], np.int32), np.array(batch["outputs"], np.float32))
            for batch in expected["batches"]
        ]

    def load(self) -> tf.Module:
        return tf.saved_model.load(str(self.saved_model))

    def check_logits(
        self, predict: Callable[[np.ndarray], np.ndarray], batches: slice = slice(None)
    ) -> None:
        for x, outputs in self.batches[batches]:
            np.testing.assert_allclose(predict(x), outputs, rtol=0, atol=TOLERANCE)

    def check_model(self, model: tf.Module) -> None:
        self.check_logits(lambda x: logits(model, x).numpy())

    def loss(self, model: tf.Module) -> tf.Tensor:
        """Mean cross entropy of the next character in the longest batch, in nats."""
        x, _ = self.batches[-1]
        return tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels=x[:, 1:], logits=logits(model, x)[:, :-1]
            )
        )

    def gradients(self, model: tf.Module) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            loss = self.loss(model)
        return tape.gradient(loss, model.variables)

    def train(self, model: tf.Module) -> None:
        optimizer = keras.optimizers.Adam(1e-3)
        optimizer.apply_gradients(zip(self.gradients(model), model.variables))


def logits(model: tf.Module, x: np.ndarray) -> tf.Tensor:
    return model.signatures[SIGNATURE](X=tf.constant(x))["outputs"]


def tf2_loader_returns_javas_logits(case: Case) -> None:
    case.check_model(case.load())


def v1_loader_returns_javas_logits(case: Case) -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        meta_graph = tf.compat.v1.saved_model.loader.load(session, ["serve"], str(case.saved_model))
        signature = meta_graph.signature_def[SIGNATURE]
        x, outputs = signature.inputs["X"].name, signature.outputs["outputs"].name
        case.check_logits(lambda ids: session.run(outputs, {x: ids}))
        names = {variable.op.name for variable in tf.compat.v1.trainable_variables()}
        assert names == set(case.variables), names


def saved_model_cli_returns_javas_logits(case: Case) -> None:
    cli = [sys.executable, "-m", "tensorflow.python.tools.saved_model_cli", "run"]
    model = ["--dir", str(case.saved_model), "--tag_set", "serve", "--signature_def", SIGNATURE]

    def predict(x: np.ndarray) -> np.ndarray:
        with tempfile.TemporaryDirectory() as out:
            files = ["--input_exprs", f"X={x.tolist()}", "--outdir", out]
            subprocess.run([*cli, *model, *files], check=True, stdout=subprocess.DEVNULL)
            return np.load(Path(out) / "outputs.npy")

    case.check_logits(predict, slice(-1, None))  # only the longest, since each takes seconds


def keras_layer_returns_javas_logits(case: Case) -> None:
    assert keras.__version__.startswith("3.") and "tf_keras" not in sys.modules
    model = keras_model(case)
    case.check_logits(lambda x: model.predict(x, verbose=0))
    assert len(model.trainable_weights) == len(case.variables), model.trainable_weights


def keras_model_with_the_layer_is_fitted(case: Case) -> None:
    model = keras_model(case)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.01), loss)
    x, _ = case.batches[-1]
    losses = model.fit(x[:, :-1], x[:, 1:], epochs=3, verbose=0).history["loss"]
    np.testing.assert_allclose(losses[0], case.loss(case.load()), rtol=1e-5)
    assert losses[2] < losses[1] < losses[0], losses


def keras_model(case: Case) -> keras.Model:
    ids = keras.Input((None,), dtype="int32")
    layer = keras.layers.TFSMLayer(str(case.saved_model), call_endpoint=SIGNATURE)
    return keras.Model(ids, layer(ids)["outputs"])


def variables_have_the_original_names_and_are_trainable(case: Case) -> None:
    model = case.load()
    found = {variable.name: list(variable.shape) for variable in model.variables}
    assert found == {f"{name}:0": shape for name, shape in case.variables.items()}, found
    assert [id(v) for v in model.trainable_variables] == [id(v) for v in model.variables]
    assert all(variable.trainable for variable in model.variables)


def gradients_match_finite_differences(case: Case) -> None:
    """Compares gradients with central differences along each gradient."""
    model = case.load()
    gradients = case.gradients(model)
    assert len(gradients) == len(case.variables)
    step = 1e-2
    for variable, gradient in zip(model.variables, gradients):
        slope = tf.norm(gradient).numpy()  # None would raise
        start = variable.numpy()
        variable.assign(start + step * gradient / slope)
        above = case.loss(model)
        variable.assign(start - step * gradient / slope)
        below = case.loss(model)
        variable.assign(start)
        # Losses of about 3 have rounding errors of 2e-7, so the difference quotient of 3e-5.
        np.testing.assert_allclose((above - below) / (2 * step), slope, rtol=1e-2, atol=1e-4)


def adam_lowers_the_loss(case: Case) -> None:
    model = case.load()
    before = case.loss(model)
    case.train(model)
    after = case.loss(model)
    assert after < before, (before, after)


def saving_again_keeps_the_model(case: Case) -> None:
    model = case.load()
    tf.saved_model.save(model, str(case.saved_again), signatures=model.signatures)
    case.check_model(tf.saved_model.load(str(case.saved_again)))
    assert read_vocabulary(case.saved_again) == case.vocabulary


def saving_after_training_keeps_the_weights(case: Case) -> None:
    model = case.load()
    case.train(model)
    with tempfile.TemporaryDirectory() as directory:
        tf.saved_model.save(model, directory, signatures=model.signatures)
        again = tf.saved_model.load(directory)
    for variable, same in zip(model.variables, again.variables):
        np.testing.assert_array_equal(variable, same)
    assert case.loss(again) < case.loss(case.load())


def checkpoint_holds_variables_and_metadata(case: Case) -> None:
    reader = tf.train.load_checkpoint(str(case.saved_model / "variables" / "variables"))
    suffix = "/.ATTRIBUTES/VARIABLE_VALUE"
    found = {key.removesuffix(suffix): s for key, s in reader.get_variable_to_shape_map().items()}
    texts = {"vocabulary": [len(case.vocabulary)], "config": [], "_CHECKPOINTABLE_OBJECT_GRAPH": []}
    assert found == {**case.variables, **texts}, found


def vocabulary_is_an_asset(case: Case) -> None:
    assert read_vocabulary(case.saved_model) == case.vocabulary


def read_vocabulary(path: Path) -> list[str]:
    return json.loads((path / "assets" / "vocabulary.json").read_text(encoding="utf-8"))


def training_one_does_not_change_the_others(cases: list[Case]) -> None:
    trained = cases[0].load()
    others = [(case, case.load()) for case in cases]  # including a second copy of the first
    cases[0].train(trained)
    for case, model in others:
        case.check_model(model)
    assert cases[0].loss(trained) < cases[0].loss(others[0][1])


FACTS = (
    tf2_loader_returns_javas_logits,
    v1_loader_returns_javas_logits,
    saved_model_cli_returns_javas_logits,
    keras_layer_returns_javas_logits,
    keras_model_with_the_layer_is_fitted,
    variables_have_the_original_names_and_are_trainable,
    gradients_match_finite_differences,
    adam_lowers_the_loss,
    saving_again_keeps_the_model,
    saving_after_training_keeps_the_weights,
    checkpoint_holds_variables_and_metadata,
    vocabulary_is_an_asset,
)


def main() -> int:
    tf.get_logger().setLevel("ERROR")
    cases = [Case(Path(argument)) for argument in sys.argv[1:]]
    passed = [check(case.name, fact, case) for case in cases for fact in FACTS]
    passed.append(check("models side by side", training_one_does_not_change_the_others, cases))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
