#!/usr/bin/env python3
"""Runs training or generation in another framework, for compare_speed.py.

    speed_peers.py pytorch train 50 50 128 2 65      batch, sequence, hidden, layers, vocabulary
    speed_peers.py pytorch generate 64 128 2 65      texts, hidden, layers, vocabulary
    speed_peers.py litert generate MODEL 64          a model from speed_export.py, texts

The environment variables OMP_NUM_THREADS (for PyTorch, LiteRT and ONNX Runtime) and
TF_NUM_INTRAOP_THREADS (for TensorFlow) set the number of threads of an operation.

It runs one step and prints `ready`. For each line `N` on standard input it runs N steps (or
generates N characters of each text) and prints the elapsed seconds.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

CLIP = 5.0
LEARNING_RATE = 0.002

Step = Callable[[], object]


def batches(batch: int, time_steps: int, classes: int):
    """Yields random inputs and targets, [batch, time_steps] each, endlessly."""
    import numpy as np

    random = np.random.default_rng(1)
    windows = random.integers(0, classes, (8, batch, time_steps + 1), dtype=np.int32)
    while True:
        for window in windows:
            yield window[:, :-1], window[:, 1:]


# ---- PyTorch ----


def pytorch_model(hidden: int, layers: int, classes: int):
    import torch

    lstm = torch.nn.LSTM(classes, hidden, layers, batch_first=True)
    return lstm, torch.nn.Linear(hidden, classes)


def pytorch_train(batch: int, time_steps: int, hidden: int, layers: int, classes: int) -> Step:
    import torch

    lstm, softmax = pytorch_model(hidden, layers, classes)
    weights = [*lstm.parameters(), *softmax.parameters()]
    optimizer = torch.optim.Adam(weights, lr=LEARNING_RATE)
    data = batches(batch, time_steps, classes)
    state = None

    def step() -> float:
        nonlocal state
        x, y = (torch.from_numpy(ids.astype("int64")) for ids in next(data))
        one_hot = torch.nn.functional.one_hot(x, classes).float()
        outputs, (h, c) = lstm(one_hot, state)
        state = h.detach(), c.detach()
        logits = softmax(outputs).flatten(0, 1)
        loss = torch.nn.functional.cross_entropy(logits, y.flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, CLIP)
        optimizer.step()
        return loss.item()

    return step


def pytorch_generate(texts: int, hidden: int, layers: int, classes: int) -> Step:
    import torch

    lstm, softmax = pytorch_model(hidden, layers, classes)
    ids = torch.zeros((texts, 1), dtype=torch.int64)
    state = None

    def step() -> object:
        nonlocal ids, state
        with torch.inference_mode():
            one_hot = torch.nn.functional.one_hot(ids, classes).float()
            outputs, state = lstm(one_hot, state)
            probabilities = torch.softmax(softmax(outputs[:, -1]), dim=1)
            ids = torch.multinomial(probabilities, 1)
            return ids.tolist()

    return step


# ---- TensorFlow 1's dynamic_rnn, in the newest TensorFlow ----


def dynamic_rnn_train(batch: int, time_steps: int, hidden: int, layers: int, classes: int) -> Step:
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tensorflow

    tf = tensorflow.compat.v1
    tf.disable_eager_execution()
    tf.logging.set_verbosity(tf.logging.ERROR)
    x = tf.placeholder(tf.int32, [batch, time_steps])
    y = tf.placeholder(tf.int32, [batch, time_steps])
    cells = tf.nn.rnn_cell.MultiRNNCell(
        [tf.nn.rnn_cell.BasicLSTMCell(hidden) for _ in range(layers)]
    )
    zeros = cells.zero_state(batch, tf.float32)
    outputs, last = tf.nn.dynamic_rnn(cells, tf.one_hot(x, classes), initial_state=zeros)
    weights = tf.get_variable("softmax_w", [hidden, classes])
    bias = tf.get_variable("softmax_b", [classes], initializer=tf.zeros_initializer())
    logits = tf.matmul(tf.reshape(outputs, [-1, hidden]), weights) + bias
    loss = tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.reshape(y, [-1]), logits=logits)
    )
    trained = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, trained), CLIP)
    train = tf.train.AdamOptimizer(LEARNING_RATE).apply_gradients(zip(gradients, trained))
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    data = batches(batch, time_steps, classes)
    state = session.run(zeros)

    def step() -> float:
        nonlocal state
        inputs, targets = next(data)
        value, state, _ = session.run([loss, last, train], {x: inputs, y: targets, zeros: state})
        return value

    return step


# ---- Keras 3 ----


def keras_train(batch: int, time_steps: int, hidden: int, layers: int, classes: int) -> Step:
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras

    model = keras.Sequential(
        [
            keras.Input(batch_shape=(batch, time_steps), dtype="int32"),
            keras.layers.Lambda(lambda ids: keras.ops.one_hot(ids, classes)),
            *[
                keras.layers.LSTM(hidden, return_sequences=True, stateful=True)
                for _ in range(layers)
            ],
            keras.layers.Dense(classes),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(LEARNING_RATE, global_clipnorm=CLIP),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    data = batches(batch, time_steps, classes)
    return lambda: model.train_on_batch(*next(data))


# ---- Models that charrnn exported ----


def gumbel_noise(*shape: int):
    """Yields Gumbel noise endlessly: argmax(logits + noise) samples from the softmax."""
    import numpy as np

    random = np.random.default_rng(1)
    block = np.empty((64, *shape), np.float32)  # many at once, since each call has a cost
    while True:
        random.standard_exponential(dtype=np.float32, out=block)
        block += 1e-9  # a float32 can be 0
        np.log(block, out=block)
        yield from np.negative(block, out=block)


def litert_generate(model: str, texts: int) -> Step:
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model, num_threads=int(os.environ["OMP_NUM_THREADS"]))
    interpreter.allocate_tensors()
    signature = interpreter.get_signature_runner()
    inputs = {name: details["index"] for name, details in signature.get_input_details().items()}
    outputs = {name: details["index"] for name, details in signature.get_output_details().items()}
    states = [(inputs[name], outputs[f"next_{name}"]) for name in inputs if name != "ids"]
    for state, next_state in states:
        interpreter.set_tensor(state, np.zeros_like(interpreter.get_tensor(next_state)))
    ids = np.zeros(texts, np.int32)
    noise = gumbel_noise(*interpreter.get_tensor(outputs["logits"]).shape)

    def step() -> object:
        nonlocal ids
        interpreter.set_tensor(inputs["ids"], ids)
        interpreter.invoke()
        for state, next_state in states:
            interpreter.set_tensor(state, interpreter.get_tensor(next_state))
        logits = interpreter.get_tensor(outputs["logits"])
        ids = (logits + next(noise)).argmax(axis=1).astype(np.int32)
        return ids.tolist()

    return step


def onnxruntime_generate(model: str, texts: int) -> Step:
    """Generates with bound memory: two steps alternate, which read each other's states."""
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ["OMP_NUM_THREADS"])
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    ids = np.zeros(texts, np.int32)
    shapes = {output.name: output.shape for output in session.get_outputs()}
    memories = [{name: np.zeros(shapes[name], np.float32) for name in shapes} for _ in range(2)]

    def bind(before: dict[str, np.ndarray], after: dict[str, np.ndarray]):
        binding = session.io_binding()
        inputs = {name[len("next_") :]: before[name] for name in before if name != "logits"}
        for name, array in {"ids": ids, **inputs}.items():
            binding.bind_input(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)
        for name, array in after.items():
            binding.bind_output(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)
        return binding, after  # the binding does not keep the memory alive

    steps = itertools.cycle([bind(*memories), bind(*reversed(memories))])
    noise = gumbel_noise(*shapes["logits"])

    def step() -> object:
        binding, outputs = next(steps)
        session.run_with_iobinding(binding)
        ids[:] = (outputs["logits"] + next(noise)).argmax(axis=1)
        return ids.tolist()

    return step


JOBS = {
    ("pytorch", "train"): pytorch_train,
    ("pytorch", "generate"): pytorch_generate,
    ("dynamic_rnn", "train"): dynamic_rnn_train,
    ("keras", "train"): keras_train,
    ("litert", "generate"): litert_generate,
    ("onnxruntime", "generate"): onnxruntime_generate,
}


def main(peer: str, job: str, *arguments: str) -> None:
    step = JOBS[peer, job](*(int(a) if a.isdecimal() else a for a in arguments))
    step()
    print("ready", flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        for _ in range(int(line)):
            step()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
