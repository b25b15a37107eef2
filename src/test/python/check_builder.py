"""Opens a small model that Java built: a line, a greeting, and a pair that is swapped.

    check_builder.py SAVED_MODEL
"""

from __future__ import annotations

import sys
import tempfile

import tensorflow as tf
from facts import check


def function_is_called_by_position_and_by_name(path: str) -> None:
    model = tf.saved_model.load(path)
    assert model.predict([[1.0, 1.0], [0.0, 0.0]]).numpy().tolist() == [[15.0], [10.0]]
    assert model.predict(factor=2, x=[[1.0, 0.0]]).numpy().tolist() == [[24.0]]
    assert model([[0.0, 1.0]]).numpy().tolist() == [[13.0]]
    assert model.greet("world").numpy() == b"Hello world"
    assert model.greet([["a"], ["b"]], loud=True).numpy().tolist() == [[b"HELLO A"], [b"HELLO B"]]
    assert model.greet("x", hello="by ").numpy() == b"by x"


def tuples_go_in_and_out(path: str) -> None:
    model = tf.saved_model.load(path)
    (two,), one = model.swap((1.0, (2.0,)))
    assert (one.numpy(), two.numpy()) == (1.0, 2.0)


def objects_are_named(path: str) -> None:
    model = tf.saved_model.load(path)
    assert model.layers.line.w.numpy().tolist() == [[2.0], [3.0]]
    assert model.parts[0] is model.layers.line
    assert model.note.numpy().decode() == "made in Java, é"
    assert model.words.numpy().tolist() == [b"one", b"two"]
    assert tf.io.read_file(model.assets.read_me_txt.asset_path).numpy() == b"text"
    assert [v.name for v in model.variables] == ["layers/line/w:0", "layers/line/b:0"]
    assert [v.name for v in model.trainable_variables] == ["layers/line/w:0"]


def only_trainable_variables_are_trained(path: str) -> None:
    model = tf.saved_model.load(path)
    with tf.GradientTape() as tape:
        y = model([[5.0, 7.0]])
    assert [v.name for v in tape.watched_variables()] == ["layers/line/w:0"]
    assert tape.gradient(y, model.layers.line.w).numpy().tolist() == [[5.0], [7.0]]


def v1_loader_runs_the_signatures(path: str) -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        signatures = tf.compat.v1.saved_model.loader.load(session, ["serve"], path).signature_def
        line, greet = signatures["serving_default"], signatures["greet"]
        y = session.run(line.outputs["y"].name, {line.inputs["x"].name: [[1.0, 1.0]]})
        assert y.tolist() == [[15.0]]
        text = session.run(greet.outputs["text"].name, {greet.inputs["name"].name: "you"})
        assert text == b"Hello you"


def saved_again_it_is_the_same(path: str) -> None:
    model = tf.saved_model.load(path)
    model.layers.line.b.assign([20.0])
    with tempfile.TemporaryDirectory() as directory:
        tf.saved_model.save(model, directory)
        again = tf.saved_model.load(directory)
        assert again.predict([[1.0, 1.0]]).numpy().tolist() == [[25.0]]
        assert again.greet("world").numpy() == b"Hello world"
        assert again.note.numpy().decode() == "made in Java, é"
        assert tf.io.read_file(again.assets.read_me_txt.asset_path).numpy() == b"text"
        served = again.signatures["serving_default"](x=tf.constant([[1.0, 1.0]]), factor=tf.constant(1.0))
        assert served["y"].numpy().tolist() == [[25.0]]


FACTS = (
    function_is_called_by_position_and_by_name,
    tuples_go_in_and_out,
    objects_are_named,
    only_trainable_variables_are_trained,
    v1_loader_runs_the_signatures,
    saved_again_it_is_the_same,
)


def main() -> int:
    tf.get_logger().setLevel("ERROR")
    return 0 if all([check("builder", fact, sys.argv[1]) for fact in FACTS]) else 1


if __name__ == "__main__":
    sys.exit(main())
