"""Calls the functions of SavedModels that Java wrote, and holds what they give against Java.

    check_functions.py OUT CASE...

A CASE is a run with a `saved_model` and with `expected.json`: what Java makes of some texts and
ids with the same weights, and whether it is one to look at closely. Such a one gets `fine_tuned` in
OUT/CASE, a model trained further, with a text of it in `fine_tuned.json`, and its weights in
`checkpoint-1`. Each check prints `ok: CASE: FACT`.
"""

from __future__ import annotations

import inspect
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import tensorflow as tf
from facts import check

# The same operations, perhaps added up in another order, on logits below 20.
TOLERANCE = 1e-5


class Case:
    """A SavedModel and what Java says of it."""

    def __init__(self, directory: Path, out: Path) -> None:
        self.name = directory.name
        self.out = out / self.name
        self.path = str(directory / "saved_model")
        self.expected = json.loads((directory / "expected.json").read_text(encoding="utf-8"))
        self.model = tf.saved_model.load(self.path)


def texts(tensor: tf.Tensor) -> list[str]:
    return [text.decode() for text in tf.reshape(tensor, [-1]).numpy()]


def generates_javas_text(case: Case) -> None:
    for draw in case.expected["generated"]:
        settings = {name: draw[name] for name in ("length", "temperature", "top_k", "seed")}
        primes = [draw["prime"]] * len(draw["texts"])
        assert texts(case.model.generate(primes, **settings)) == draw["texts"]
        alone = case.model.generate(draw["prime"], **settings)
        assert alone.shape == () and alone.numpy().decode() == draw["texts"][0]


def generates_in_any_shape(case: Case) -> None:
    generate = case.model.generate
    flat = texts(generate(["if", "you", "", "if you"], 10))
    square = generate([["if", "you"], ["", "if you"]], 10)
    assert square.shape == (2, 2) and texts(square) == flat
    assert generate(tf.zeros([0, 3], tf.string), 10).shape == (0, 3)
    assert texts(generate("if you", 0)) == ["if you"]
    assert texts(generate(["", "if"], 0)) == ["", "if"]


def rows_do_not_depend_on_one_another(case: Case) -> None:
    generate = case.model.generate
    together = texts(generate(["if", "you if you", "", "if"], 40, seed=3))
    assert texts(generate("if", 40, seed=3)) == together[:1]
    assert texts(generate(["you", "you if you"], 40, seed=3))[1] == together[1]
    assert texts(generate(["", "", ""], 40, seed=3))[2] == together[2]
    assert together[0] != together[3]  # other rows draw other numbers


def defaults_are_there(case: Case) -> None:
    generate = case.model.generate
    text = generate("if you")
    same = generate("if you", length=500, temperature=1.0, top_k=0, seed=1)
    assert texts(text) == texts(same)
    assert texts(generate("if you", 500, 1, 0, 1)) == texts(same)
    assert texts(generate("if you", 500, seed=2)) != texts(same)


def encodes_as_java_and_back(case: Case) -> None:
    for expected in case.expected["texts"]:
        ids = case.model.encode(expected["text"])
        assert ids.dtype == tf.int32 and ids.numpy().tolist() == expected["ids"]
        if not case.expected["unknown"]:
            assert texts(case.model.decode(ids)) == [expected["text"]]
    tokens = case.expected["tokens"]
    assert case.model.decode(1).numpy().decode() == tokens[1]
    pairs = [tokens[0] + tokens[1], tokens[2] + tokens[3]]
    assert texts(case.model.decode([[0, 1], [2, 3]])) == pairs
    assert case.model.decode(tf.zeros([2, 0], tf.int32)).numpy().tolist() == [b"", b""]
    assert texts(case.model.decode(range(len(tokens)))) == ["".join(tokens)]


def encodes_batches_and_back(case: Case) -> None:
    expected = case.expected["texts"]
    ids = case.model.encode_batch([one["text"] for one in expected])
    assert ids.dtype == tf.int32 and ids.to_list() == [one["ids"] for one in expected]
    written = texts(case.model.decode_batch(ids))
    assert written == [texts(case.model.decode(one["ids"]))[0] for one in expected]
    nothing = case.model.encode_batch(tf.zeros([0], tf.string))
    assert nothing.shape[0] == 0 and case.model.decode_batch(nothing).shape == (0,)
    rows = case.model.decode_batch(tf.ragged.constant([[1], [], [2, 3]], tf.int32))
    tokens = case.expected["tokens"]
    assert texts(rows) == [tokens[1], "", tokens[2] + tokens[3]]


def logits_are_javas(case: Case) -> None:
    ids = np.array(case.expected["ids"], np.int32)
    expected = np.array(case.expected["logits"], np.float32)
    for logits in (case.model.logits, case.model):
        np.testing.assert_allclose(logits(ids), expected, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(
        case.model.logits(ids[:1, :2]), expected[:1, :2], rtol=0, atol=TOLERANCE
    )
    for batch, time in ((2, 1), (2, 0), (0, 3), (0, 0)):
        logits = case.model.logits(ids[:batch, :time])
        assert logits.shape == (batch, time, case.expected["classes"])
        np.testing.assert_allclose(logits, expected[:batch, :time], rtol=0, atol=TOLERANCE)


def loss(model: tf.Module, ids: tf.Tensor) -> tf.Tensor:
    """How well each next token is foretold, in nats."""
    return tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(ids[:, 1:], model(ids[:, :-1]))
    )


def gradients_are_the_slopes_of_the_loss(case: Case) -> None:
    """Walks each variable a little along its gradient, up and down."""
    ids = tf.constant(case.expected["ids"])
    with tf.GradientTape() as tape:
        value = loss(case.model, ids)
    gradients = tape.gradient(value, case.model.trainable_variables)
    for variable, gradient in zip(case.model.trainable_variables, gradients):
        gradient = tf.convert_to_tensor(gradient)  # an embedding's is sparse; None would raise
        slope = tf.norm(gradient)
        step = 2e-2 * gradient / slope
        start = variable.numpy()
        variable.assign(start + step)
        above = loss(case.model, ids)
        variable.assign(start - step)
        below = loss(case.model, ids)
        variable.assign(start)
        # Losses of about 3 are rounded to 2e-7, so their difference over the step to 2e-5.
        np.testing.assert_allclose((above - below) / 4e-2, slope, rtol=2e-2, atol=1e-4)


def steps_go_on_from_the_state(case: Case) -> None:
    ids = np.array(case.expected["ids"], np.int32)
    expected = np.array(case.expected["logits"], np.float32)
    state = case.model.initial_state(len(ids))
    for time in range(ids.shape[1]):
        logits, state = case.model.step(ids[:, time], state)
        np.testing.assert_allclose(logits, expected[:, time], rtol=0, atol=TOLERANCE)
    assert len(state) == case.expected["layers"]
    assert tf.nest.flatten(case.model.initial_state())[0].shape[0] == 1
    assert all(not tensor.numpy().any() for tensor in tf.nest.flatten(case.model.initial_state(4)))


def attributes_are_named(case: Case) -> None:
    model, expected = case.model, case.expected
    kind = {"lstm": "basic_lstm_cell", "gru": "gru_cell", "rnn": "basic_rnn_cell"}[expected["cell"]]
    first = getattr(model.rnn.multi_rnn_cell.cell_0, kind)
    assert len(model.cells) == expected["layers"] and model.cells[0] is first
    weights = first.gates if expected["cell"] == "gru" else first
    assert any(weights.kernel is variable for variable in model.variables)
    assert any(model.softmax_w is variable for variable in model.trainable_variables)
    assert texts(model.vocabulary) == expected["tokens"]
    config = json.loads(model.config.numpy())
    assert config["model"]["cell"] == expected["cell"]
    assert config["text"]["level"] == expected["level"]
    vocabulary = Path(model.assets.vocabulary_json.asset_path.numpy().decode())
    assert json.loads(vocabulary.read_text(encoding="utf-8")) == expected["tokens"]


def arguments_are_shown(case: Case) -> None:
    model = case.model
    shown = str(inspect.signature(model.generate))
    assert shown == "(prime, length=500, temperature=1.0, top_k=0, seed=1)", shown
    assert str(inspect.signature(model.step)) == "(ids, state)"
    pretty = model.generate.pretty_printed_concrete_signatures()
    assert all(f"name='{name}'" in pretty for name in ("prime", "length", "top_k", "seed"))


def is_used_inside_of_other_functions(case: Case) -> None:
    @tf.function
    def shout(primes: tf.Tensor) -> tf.Tensor:
        return tf.strings.join([case.model.generate(primes, length=5), "!"])

    expected = [text + "!" for text in texts(case.model.generate(["if", "you"], length=5))]
    assert texts(shout(tf.constant(["if", "you"]))) == expected

    @tf.function
    def greedy(ids: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
        state = case.model.initial_state(1)
        written = tf.TensorArray(tf.int32, count)
        for place in tf.range(count):
            logits, state = case.model.step(ids, state)
            ids = tf.argmax(logits, axis=1, output_type=tf.int32)
            written = written.write(place, ids[0])
        return written.stack()

    first = case.model.encode("you")[:1]
    if not case.expected["unknown"]:  # which generate never writes
        prime = texts(case.model.decode(first))[0]
        text = prime + texts(case.model.decode(greedy(first, tf.constant(9))))[0]
        assert texts(case.model.generate(prime, 9, temperature=0)) == [text]


def xla_compiles_the_network(case: Case) -> None:
    ids = tf.constant(case.expected["ids"])
    logits = tf.function(case.model.logits, jit_compile=True)(ids)
    np.testing.assert_allclose(logits, case.model.logits(ids), rtol=0, atol=TOLERANCE)
    state = case.model.initial_state(len(ids))
    compiled, _ = tf.function(case.model.step, jit_compile=True)(ids[:, 0], state)
    np.testing.assert_allclose(compiled, logits[:, 0], rtol=0, atol=TOLERANCE)


def maps_datasets(case: Case) -> None:
    primes = ["if", "you", "if you"]
    written = tf.data.Dataset.from_tensor_slices(primes).map(
        lambda prime: case.model.generate(prime, 20, seed=3), num_parallel_calls=3
    )
    alone = [texts(case.model.generate(prime, 20, seed=3))[0] for prime in primes]
    assert [text.numpy().decode() for text in written] == alone
    ids = tf.data.Dataset.from_tensor_slices(primes).map(case.model.encode).padded_batch(3)
    expected = case.model.encode_batch(primes).to_tensor().numpy().tolist()
    assert next(iter(ids)).numpy().tolist() == expected


def threads_write_what_one_writes(case: Case) -> None:
    def write(seed: int) -> list[str]:
        return texts(case.model.generate(["if", "you", ""], 100, seed=seed))

    alone = [write(seed) for seed in range(16)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(write, range(16))) == alone


def opens_wherever_it_is(case: Case) -> None:
    text = texts(case.model.generate("if", 20))
    with tempfile.TemporaryDirectory() as directory:
        first, second = os.path.join(directory, "first"), os.path.join(directory, "second")
        shutil.copytree(case.path, first)
        shutil.move(first, second)
        for path in (second, os.path.relpath(second), os.path.join(second, "")):
            model = tf.saved_model.load(path)
            assert texts(model.generate("if", 20)) == text
            vocabulary = tf.io.read_file(model.assets.vocabulary_json.asset_path)
            assert json.loads(vocabulary.numpy()) == case.expected["tokens"]


def is_saved_again_and_again(case: Case) -> None:
    text = texts(case.model.generate("if", 20))
    model, path = case.model, case.path
    with tempfile.TemporaryDirectory() as directory:
        for name in ("one", "one", "two"):  # also over itself
            path = os.path.join(directory, name)
            tf.saved_model.save(model, path, signatures=model.signatures)
            model = tf.saved_model.load(path)
            assert texts(model.generate("if", 20)) == text
            assert set(model.signatures) == {"serving_default", "generate", "step"}
            assert len(model.cells) == case.expected["layers"]
        tf.saved_model.save(model, path)  # Python keeps just the default
        assert set(tf.saved_model.load(path).signatures) == {"serving_default"}


def wrong_calls_are_told_in_words(case: Case) -> None:
    model = case.model
    generate = model.generate
    last = case.expected["classes"] - 1
    range_of_ids = f"ids must be from 0 to {last}, their least and greatest are"
    temperatures = "temperature must be finite and at least 0, got"
    say(lambda: generate("if", -1), "length must be at least 0, got] [-1]")
    say(lambda: generate("if", temperature=-0.5), f"{temperatures}] [-0.5]")
    say(lambda: generate("if", temperature=np.nan), f"{temperatures}] [nan]")
    say(lambda: generate("if", temperature=np.inf), f"{temperatures}] [inf]")
    say(lambda: generate("if", top_k=-2), "top_k must be at least 0 (0 is off), got] [-2]")
    say(lambda: generate(), "missing a required argument: 'prime'", TypeError)
    say(lambda: generate("if", size=3), "unexpected keyword argument 'size'", TypeError)
    say(lambda: generate("if", 2.5), "Cannot convert 2.5 to EagerTensor of dtype int32", TypeError)
    say(lambda: generate("if", [1, 2]), "shape=(), dtype=tf.int32, name='length'", TypeError)
    say(lambda: generate(3), "dtype string", TypeError)
    assert texts(generate("if", 9, top_k=last + 99)) == texts(generate("if", 9))  # all there are

    say(lambda: model.logits([[0, last + 1]]), f"{range_of_ids}] [0] [{last + 1}]")
    say(lambda: model.logits([1, 2]), "shape=(None, None)", TypeError)
    say(lambda: model.logits([[[1]]]), "shape=(None, None)", TypeError)
    say(lambda: model.logits([[0.5]]), "dtype int32", TypeError)
    say(lambda: model.logits(tf.constant([[1]], tf.int64)), "dtype=tf.int32, name='ids'", TypeError)
    say(lambda: model.decode([-1]), f"{range_of_ids}] [-1] [-1]")
    say(lambda: model.decode("if"), "dtype int32", TypeError)
    out_of_range = tf.ragged.constant([[0], [last + 1]], tf.int32)
    say(lambda: model.decode_batch(out_of_range), f"{range_of_ids}] [0] [{last + 1}]")
    say(lambda: model.encode(["if"]), "shape=()", TypeError)
    say(lambda: model.encode(7), "dtype string", TypeError)
    say(lambda: model.encode_batch("if"), "shape=(None,)", TypeError)

    zeros = model.initial_state(2)
    say(lambda: model.step([-7, 0], zeros), f"{range_of_ids}] [-7] [0]")
    say(lambda: model.step([0], zeros), "must have as many rows, got] [1] [2")
    if len(tf.nest.flatten(zeros)) > 1:
        first, *others = tf.nest.flatten(zeros)
        mixed = tf.nest.pack_sequence_as(zeros, [first[:1], *others])
        say(lambda: model.step([0, 0], mixed), "must have as many rows, got] [2] [1 2")
    narrow = tf.nest.map_structure(lambda tensor: tensor[:, 1:], zeros)
    say(lambda: model.step([0, 0], narrow), "dtype=tf.float32, name='state_0'", TypeError)
    double = tf.nest.map_structure(lambda tensor: tf.cast(tensor, tf.float64), zeros)
    say(lambda: model.step([0, 0], double), "dtype=tf.float32, name='state_0'", TypeError)
    say(lambda: model.step([0, 0], None), "Can not cast None to tuple type", TypeError)
    say(lambda: model.initial_state(-1), "batch must be at least 0, got] [-1]")

    x = tf.constant([1, 2])
    serve = model.signatures["serving_default"]
    say(lambda: serve(X=x), "not compatible with expected shape [?,?]")
    if not case.expected["unknown"]:
        message = "characters that are not in the vocabulary:] [`Ä`, `#`, `Q`]"
        say(lambda: model.encode("Äif#QÄ"), message)
        say(lambda: model.encode_batch(["if", "Äif#QÄ"]), message)
        say(lambda: generate(["if", "Äif#QÄ"]), message)


def say(
    call: Callable[[], object], message: str, kind: type = tf.errors.InvalidArgumentError
) -> None:
    try:
        call()
    except kind as e:
        assert message in str(e), e
    else:
        raise AssertionError(f"not refused: {message}")


def v1_loader_generates(case: Case) -> None:
    expected = texts(case.model.generate(["if", "you"], length=20, seed=4))
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        meta_graph = tf.compat.v1.saved_model.loader.load(session, ["serve"], case.path)
        signature = meta_graph.signature_def["generate"]
        feeds = {"prime": ["if", "you"], "length": 20, "seed": 4}  # the others have defaults
        text = session.run(
            signature.outputs["text"].name,
            {signature.inputs[name].name: value for name, value in feeds.items()},
        )
    assert [row.decode() for row in text] == expected


def saved_model_cli_shows_all(case: Case) -> None:
    cli = [sys.executable, "-m", "tensorflow.python.tools.saved_model_cli"]
    show = [*cli, "show", "--dir", case.path, "--all"]
    shown = subprocess.run(show, check=True, capture_output=True, text=True).stdout
    assert all(f"inputs['{name}']" in shown for name in ("prime", "length", "temperature", "top_k"))
    assert all(f"Function Name: '{name}'" in shown for name in ("generate", "logits", "step"))


def signatures_give_what_the_functions_give(case: Case) -> None:
    model = case.model
    ids = tf.constant(case.expected["ids"])
    np.testing.assert_array_equal(
        model.signatures["serving_default"](X=ids)["outputs"], model.logits(ids)
    )
    state = model.initial_state(len(ids))
    flat = {f"state_{i}": tensor for i, tensor in enumerate(tf.nest.flatten(state))}
    served = model.signatures["step"](ids=ids[:, 0], **flat)
    logits, state = model.step(ids[:, 0], state)
    np.testing.assert_array_equal(served["logits"], logits)
    for i, tensor in enumerate(tf.nest.flatten(state)):
        np.testing.assert_array_equal(served[f"state_{i}"], tensor)


def learns_a_new_text_and_is_saved_again(case: Case) -> None:
    model = tf.saved_model.load(case.path)
    ids = model.encode("if you you if " * 4)[None]
    optimizer = tf.keras.optimizers.Adam(0.02)
    losses = []
    for _ in range(40):
        with tf.GradientTape() as tape:
            value = loss(model, ids)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        losses.append(value.numpy())
    assert losses[-1] < 0.8 * losses[0], losses
    tf.saved_model.save(model, str(case.out / "fine_tuned"))
    again = tf.saved_model.load(str(case.out / "fine_tuned"))
    text = model.generate("if you", length=100, seed=5)
    assert texts(again.generate("if you", length=100, seed=5)) == texts(text)
    assert texts(case.model.generate("if you", length=100, seed=5)) != texts(text)
    served = again.signatures["serving_default"](X=ids)["outputs"]
    np.testing.assert_array_equal(served, model.logits(ids))
    again.variables[0].assign_add(tf.ones_like(again.variables[0]))  # its own
    assert texts(model.generate("if you", length=100, seed=5)) == texts(text)
    (case.out / "fine_tuned.json").write_text(
        json.dumps({"text": texts(text)[0]}), encoding="utf-8"
    )


def checkpoint_object_saves_and_restores(case: Case) -> None:
    trained = tf.saved_model.load(str(case.out / "fine_tuned"))
    prefix = tf.train.Checkpoint(trained).save(str(case.out / "checkpoint"))
    model = tf.saved_model.load(case.path)
    tf.train.Checkpoint(model).restore(prefix).assert_existing_objects_matched()
    text = model.generate("if you", length=100, seed=5)
    assert texts(text) == texts(trained.generate("if you", length=100, seed=5))


FACTS_OF_EACH = (
    generates_javas_text,
    generates_in_any_shape,
    encodes_as_java_and_back,
    encodes_batches_and_back,
    logits_are_javas,
    gradients_are_the_slopes_of_the_loss,
    steps_go_on_from_the_state,
    attributes_are_named,
)

FACTS_OF_SOME = (
    rows_do_not_depend_on_one_another,
    defaults_are_there,
    arguments_are_shown,
    is_used_inside_of_other_functions,
    xla_compiles_the_network,
    maps_datasets,
    threads_write_what_one_writes,
    opens_wherever_it_is,
    is_saved_again_and_again,
    wrong_calls_are_told_in_words,
    v1_loader_generates,
    saved_model_cli_shows_all,
    signatures_give_what_the_functions_give,
    learns_a_new_text_and_is_saved_again,
    checkpoint_object_saves_and_restores,
)


def main() -> int:
    tf.get_logger().setLevel("ERROR")
    out = Path(sys.argv[1])
    passed = []
    for argument in sys.argv[2:]:
        case = Case(Path(argument), out)
        facts = FACTS_OF_EACH + (FACTS_OF_SOME if case.expected["closely"] else ())
        passed += [check(case.name, fact, case) for fact in facts]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
