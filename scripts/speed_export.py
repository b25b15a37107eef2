#!/usr/bin/env python3
"""Converts a model that charrnn exported to LiteRT and ONNX, for compare_speed.py.

    speed_export.py SAVED_MODEL TEXTS DIR

It writes three models that read one character of each of TEXTS texts:

    DIR/step.tflite    the signature `step`, converted by TensorFlow
    DIR/step.onnx      the signature `step`, converted by tf2onnx
    DIR/lstm.onnx      the weights in LSTM operators of ONNX

Their inputs are `ids`, [texts], and `state_0`, `state_1`, ...; their outputs are `logits`,
[texts, vocabulary], and `next_state_0`, `next_state_1`, ... The exit code is 1 if a model's logits
are not those of the SavedModel.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy as np  # noqa: E402
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
import tensorflow as tf  # noqa: E402
import tf2onnx  # noqa: E402
from ai_edge_litert.interpreter import Interpreter  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

OPSET = 18  # of ONNX
IR_VERSION = 10  # of ONNX; ONNX Runtime does not read the newest
FORGET_BIAS = 1.0
CHECKED_CHARACTERS = 20
TOLERANCE = 1e-5  # rounding of float32 in another order: less than 1e-7 was measured

Arrays = dict[str, np.ndarray]
Model = Callable[[Arrays], Arrays]  # from inputs to outputs


def step_function(model, texts: int) -> tf.types.experimental.GenericFunction:
    """Returns the signature `step` with a fixed number of texts.

    tf2onnx needs outputs whose names differ from those of the inputs.
    """
    signature = model.signatures["step"]
    inputs = [
        tf.TensorSpec([texts, *spec.shape[1:]], spec.dtype, name)
        for name, spec in sorted(signature.structured_input_signature[1].items())
    ]

    @tf.function(input_signature=inputs)
    def step(*values):
        outputs = signature(**{spec.name: value for spec, value in zip(inputs, values)})
        logits = outputs.pop("logits")
        return {"logits": logits, **{f"next_{name}": value for name, value in outputs.items()}}

    return step


def convert_step(model, texts: int, directory: Path) -> None:
    step = step_function(model, texts)
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [step.get_concrete_function()], model
    )
    (directory / "step.tflite").write_bytes(converter.convert())
    tf2onnx.convert.from_function(
        step, step.input_signature, opset=OPSET, output_path=str(directory / "step.onnx")
    )


# ---- ONNX's LSTM operator ----


def lstm_weights(kernel: np.ndarray, bias: np.ndarray) -> tuple[np.ndarray, ...]:
    """Returns the weights of an LSTM operator: W, R and B.

    :param kernel: [inputs + hidden, 4 * hidden], with the gates i, j, f, o
    :param bias: [4 * hidden]
    """
    hidden = len(bias) // 4
    i, j, f, o = np.split(np.vstack([kernel, bias]), 4, axis=1)
    f[-1] += FORGET_BIAS
    stacked = np.hstack([i, o, f, j])  # the operator's order
    inputs = len(kernel) - hidden
    w, r, b = np.split(stacked, [inputs, len(kernel)])
    return w.T[None], r.T[None], np.hstack([b, np.zeros_like(b)])


def lstm_graph(weights: Arrays, layers: int, texts: int) -> onnx.ModelProto:
    """Returns the network with one LSTM operator per layer, which reads one time step."""
    hidden, classes = weights["softmax_w"].shape
    constants = {
        "one_hot": np.eye(classes, dtype=np.float32)[None],
        "first_axis": np.array([0]),
        "softmax_w": weights["softmax_w"],
        "softmax_b": weights["softmax_b"],
    }
    x = "one_hot_ids"  # [1, texts, features], where 1 is the number of time steps or directions
    nodes = [helper.make_node("Gather", ["one_hot", "ids"], [x], axis=1)]
    for layer in range(layers):
        cell = f"rnn/multi_rnn_cell/cell_{layer}/basic_lstm_cell"
        names = [f"{name}_{layer}" for name in "WRB"]
        arrays = lstm_weights(weights[f"{cell}/kernel"], weights[f"{cell}/bias"])
        constants.update(zip(names, arrays))
        c, h = f"state_{2 * layer}", f"state_{2 * layer + 1}"
        inputs, outputs = [x, *names, "", h, c], ["", f"next_{h}", f"next_{c}"]
        nodes.append(helper.make_node("LSTM", inputs, outputs, hidden_size=hidden))
        x = f"next_{h}"
    nodes += [
        helper.make_node("Squeeze", [x, "first_axis"], ["top"]),
        helper.make_node("Gemm", ["top", "softmax_w", "softmax_b"], ["logits"]),
    ]
    return to_model(nodes, constants, 2 * layers, [1, texts, hidden], classes)


def to_model(
    nodes: list[onnx.NodeProto], constants: Arrays, states: int, state: list[int], classes: int
) -> onnx.ModelProto:
    def value(name: str, shape: list[int], dtype: int = TensorProto.FLOAT) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, dtype, shape)

    texts = state[1]
    graph = helper.make_graph(
        nodes,
        "lstm",
        [
            value("ids", [texts], TensorProto.INT32),
            *[value(f"state_{i}", state) for i in range(states)],
        ],
        [
            value("logits", [texts, classes]),
            *[value(f"next_state_{i}", state) for i in range(states)],
        ],
        [numpy_helper.from_array(np.ascontiguousarray(a), name) for name, a in constants.items()],
    )
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return model


def write_lstm(model, texts: int, path: Path) -> None:
    weights = {variable.name.split(":")[0]: variable for variable in model.trainable_variables}
    layers = sum(name.endswith("kernel") for name in weights)
    arrays = {name: variable.numpy() for name, variable in weights.items()}
    onnx.save(lstm_graph(arrays, layers, texts), path)


# ---- check ----


def litert_model(path: Path) -> Model:
    runner = Interpreter(str(path)).get_signature_runner()
    return lambda inputs: runner(**inputs)


def onnx_model(path: Path) -> Model:
    session = onnxruntime.InferenceSession(path)
    names = [output.name for output in session.get_outputs()]
    shapes = {i.name: i.shape for i in session.get_inputs()}

    def run(inputs: Arrays) -> Arrays:
        feeds = {name: value.reshape(shapes[name]) for name, value in inputs.items()}
        return dict(zip(names, session.run(names, feeds)))

    return run


def saved_model(model, texts: int) -> Model:
    step = step_function(model, texts)
    names = [spec.name for spec in step.input_signature]
    return lambda inputs: {k: v.numpy() for k, v in step(*[inputs[n] for n in names]).items()}


def logits_of(model: Model, states: Arrays, ids: np.ndarray) -> np.ndarray:
    """Returns the logits for each row of ids, [time, texts, vocabulary]."""
    logits = []
    for row in ids:
        outputs = model({"ids": row, **states})
        states = {name: outputs[f"next_{name}"] for name in states}
        logits.append(outputs["logits"])
    return np.array(logits)


def check(model, texts: int, directory: Path) -> None:
    hidden, classes = model.softmax_w.shape
    inputs = model.signatures["step"].structured_input_signature[1]
    states = {n: np.zeros((texts, hidden), np.float32) for n in sorted(inputs) if n != "ids"}
    random = np.random.default_rng(1)
    ids = random.integers(0, classes, (CHECKED_CHARACTERS, texts), dtype=np.int32)
    expected = logits_of(saved_model(model, texts), states, ids)
    models = {
        "step.tflite": litert_model,
        "step.onnx": onnx_model,
        "lstm.onnx": onnx_model,
    }
    for name, load in models.items():
        error = np.abs(logits_of(load(directory / name), states, ids) - expected).max()
        if not error <= TOLERANCE:
            sys.exit(f"speed_export: the logits of {name} differ by {error} from the SavedModel's")


def main(path: str, texts: str, directory: str) -> None:
    model = tf.saved_model.load(path)
    convert_step(model, int(texts), Path(directory))
    write_lstm(model, int(texts), Path(directory) / "lstm.onnx")
    check(model, int(texts), Path(directory))


if __name__ == "__main__":
    main(*sys.argv[1:])
