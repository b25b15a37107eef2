"""Loads a small model built in Java, with functions of floats, strings, tuples and ragged tensors.

    check_builder.py SAVED_MODEL
"""

from __future__ import annotations

import sys
import tempfile

import tensorflow as tf
from facts import check


def functions_are_called_by_position_and_by_name(path: str) -> None:
    model = tf.saved_model.load(path)
    assert model.predict([[1.0, 1.0], [0.0, 0.0]]).numpy().tolist() == [[15.0], [10.0]]
    assert model.predict(factor=2, x=[[1.0, 0.0]]).numpy().tolist() == [[24.0]]
    assert model([[0.0, 1.0]]).numpy().tolist() == [[13.0]]
    greet = model.texts.greet
    assert greet("world").numpy() == b"Hello world"
    assert greet([["a"], ["b"]], loud=True).numpy().tolist() == [[b"HELLO A"], [b"HELLO B"]]
    assert greet("x", hello="by ").numpy() == b"by x"


def functions_call_other_functions(path: str) -> None:
    model = tf.saved_model.load(path)
    texts, following = model.greet_all()
    assert texts.numpy().tolist() == [b"HI ANN", b"HI BOB"]
    assert following.numpy() == 2**40 + 1


def tuples_and_ragged_tensors_are_passed_and_returned(path: str) -> None:
    model = tf.saved_model.load(path)
    (two,), one = model.swap((1.0, (2.0,)))
    assert (one.numpy(), two.numpy()) == (1.0, 2.0)
    doubled = model.double(tf.ragged.constant([[1, 2], [], [3]]))
    assert isinstance(doubled, tf.RaggedTensor) and doubled.to_list() == [[2, 4], [], [6]]


def objects_are_found_by_name(path: str) -> None:
    model = tf.saved_model.load(path)
    assert model.layers.line.w.numpy().tolist() == [[2.0], [3.0]]
    assert model.parts[0] is model.layers.line and model.parts[1] is model.count
    assert model.note.numpy().decode() == "made in Java, é"
    assert model.words.numpy().tolist() == [b"one", b"two"]
    assert tf.io.read_file(model.assets.read_me_txt.asset_path).numpy() == b"text"


def variables_have_their_types(path: str) -> None:
    model = tf.saved_model.load(path)
    assert {v.name: v.dtype for v in model.variables} == {
        "layers/line/w:0": tf.float32,
        "layers/line/b:0": tf.float32,
        "count:0": tf.int64,
        "names:0": tf.string,
    }
    model.count.assign_add(1)
    model.names.assign(["Cid", "Dan"])
    texts, following = model.greet_all()
    assert texts.numpy().tolist() == [b"HI CID", b"HI DAN"]
    assert following.numpy() == 2**40 + 2


def only_trainable_variables_are_trained(path: str) -> None:
    model = tf.saved_model.load(path)
    assert [v.name for v in model.trainable_variables] == ["layers/line/w:0"]
    with tf.GradientTape() as tape:
        y = model([[5.0, 7.0]])
    assert [v.name for v in tape.watched_variables()] == ["layers/line/w:0"]
    assert tape.gradient(y, model.layers.line.w).numpy().tolist() == [[5.0], [7.0]]


def signatures_have_defaults(path: str) -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        signatures = tf.compat.v1.saved_model.loader.load(session, ["serve"], path).signature_def
    defaults = {
        name: tf.make_ndarray(tensor).item()
        for key in ("serving_default", "greet")
        for name, tensor in signatures[key].defaults.items()
    }
    assert defaults == {"factor": 1.0, "hello": b"Hello ", "loud": False}, defaults


def v1_loader_runs_the_signatures(path: str) -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        signatures = tf.compat.v1.saved_model.loader.load(session, ["serve"], path).signature_def
        line, greet = signatures["serving_default"], signatures["greet"]
        y = session.run(line.outputs["y"].name, {line.inputs["x"].name: [[1.0, 1.0]]})
        assert y.tolist() == [[15.0]]
        text = session.run(greet.outputs["text"].name, {greet.inputs["name"].name: "you"})
        assert text == b"Hello you"


def v1_loader_saves_and_restores(path: str) -> None:
    with tempfile.TemporaryDirectory() as directory, tf.Graph().as_default():
        with tf.compat.v1.Session() as session:
            saver = tf.compat.v1.saved_model.loader.load(session, ["serve"], path).saver_def
            prefix = {saver.filename_tensor_name: f"{directory}/checkpoint"}
            variables = {v.op.name: v for v in tf.compat.v1.global_variables()}
            before = session.run(variables)
            session.run(saver.save_tensor_name, prefix)
            session.run(tf.compat.v1.global_variables_initializer())
            assert session.run(variables["count"]) == 0
            session.run(saver.restore_op_name, prefix)
            after = session.run(variables)
    assert {n: v.tolist() for n, v in after.items()} == {n: v.tolist() for n, v in before.items()}
    assert after["names"].tolist() == [b"Ann", b"Bob"] and after["count"] == 2**40


def saving_again_keeps_the_model(path: str) -> None:
    model = tf.saved_model.load(path)
    model.layers.line.b.assign([20.0])
    with tempfile.TemporaryDirectory() as directory:
        tf.saved_model.save(model, directory)
        again = tf.saved_model.load(directory)
        assert again.predict([[1.0, 1.0]]).numpy().tolist() == [[25.0]]
        assert again.texts.greet("world").numpy() == b"Hello world"
        assert again.greet_all()[0].numpy().tolist() == [b"HI ANN", b"HI BOB"]
        assert again.double(tf.ragged.constant([[1], [2, 3]])).to_list() == [[2], [4, 6]]
        assert again.note.numpy().decode() == "made in Java, é"
        assert tf.io.read_file(again.assets.read_me_txt.asset_path).numpy() == b"text"
        serve = again.signatures["serving_default"]
        served = serve(x=tf.constant([[1.0, 1.0]]), factor=tf.constant(1.0))
        assert served["y"].numpy().tolist() == [[25.0]]


FACTS = (
    functions_are_called_by_position_and_by_name,
    functions_call_other_functions,
    tuples_and_ragged_tensors_are_passed_and_returned,
    objects_are_found_by_name,
    variables_have_their_types,
    only_trainable_variables_are_trained,
    signatures_have_defaults,
    v1_loader_runs_the_signatures,
    v1_loader_saves_and_restores,
    saving_again_keeps_the_model,
)


def main() -> int:
    tf.get_logger().setLevel("ERROR")
    return 0 if all([check("builder", fact, sys.argv[1]) for fact in FACTS]) else 1


if __name__ == "__main__":
    sys.exit(main())
