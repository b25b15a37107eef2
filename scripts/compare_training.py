#!/usr/bin/env python3
"""Trains the same network with charrnn and with PyTorch and compares the validation losses.

    $ mvn package -DskipTests
    $ python3 scripts/compare_training.py data/tinyshakespeare/input.txt

Both use the same batches (contiguous streams; the state is carried over from batch to batch and
reset at the start of each epoch), the same optimizer (Adam with a constant learning rate, gradients
clipped by their global norm) and the same validation. With `--init same` PyTorch starts from
charrnn's initial weights, so only rounding differs: on a small text the losses of 20 steps are
equal to 1e-5,

    $ head -c 20000 data/tinyshakespeare/input.txt > small.txt
    $ python3 scripts/compare_training.py small.txt --steps 1 5 10 20 --validation 0.2 \\
          --tolerance 0.00001

With `--init torch` PyTorch uses its own defaults: initial weights and biases are uniform between
-1/sqrt(hidden) and 1/sqrt(hidden), there is no forget bias, and both bias vectors of a cell are
trained.

In a Python without PyTorch, the script restarts itself in an environment that scripts/python_env.py
creates (0.7 GB to download, 1.7 GB on disk). `--init same` also uses the environment of the tests,
whose TensorFlow reads charrnn's checkpoint.

Exit codes: 0 charrnn's loss is at most the tolerance worse; 1 it is worse than that, or a program
failed; 2 bad arguments or input.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

from python_env import python_for

try:
    import numpy as np
    import torch
except ImportError:
    torch = None  # main() restarts the script in a Python with PyTorch

SCRIPTS = Path(__file__).resolve().parent
DUMP_CHECKPOINT = """
import sys, numpy, tensorflow
reader = tensorflow.train.load_checkpoint(sys.argv[1])
names = reader.get_variable_to_shape_map()
numpy.savez(sys.argv[2], **{name: reader.get_tensor(name) for name in names})
"""


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compares charrnn's training with PyTorch's.")
    parser.add_argument("text", type=Path, metavar="TEXT", help="training text in UTF-8")
    parser.add_argument("--init", choices=("same", "torch"), default="same",
                        help="PyTorch's initial weights: charrnn's, or its own (same)")
    parser.add_argument("--layers", type=int, default=2, help="LSTM layers (2)")
    parser.add_argument("--hidden", type=int, default=128, help="hidden size (128)")
    parser.add_argument("--sequence-length", type=int, default=50,
                        help="time steps per batch (50)")
    parser.add_argument("--batch-size", type=int, default=50, help="streams (50)")
    parser.add_argument("--learning-rate", type=float, default=0.002,
                        help="constant learning rate of Adam (0.002)")
    parser.add_argument("--clip", type=float, default=5,
                        help="maximum global norm of the gradients (5)")
    parser.add_argument("--validation", type=float, default=0.05,
                        help="fraction of the text for validation (0.05)")
    parser.add_argument("--steps", type=int, nargs="+", default=[1000, 2000, 4000],
                        help="steps to validate after; the last one ends training")
    parser.add_argument("--seed", type=int, default=1, help="random seed (1)")
    parser.add_argument("--tolerance", type=float, default=0.01,
                        help="allowed excess of charrnn's loss, relative to PyTorch's (0.01)")
    arguments = parser.parse_args()
    arguments.steps = sorted(set(arguments.steps))
    if not arguments.text.is_file():
        parser.error(f"no such file: {arguments.text}")
    if arguments.steps[0] < 1:
        parser.error(f"--steps must be at least 1, got {arguments.steps[0]}")
    return arguments


# ---- charrnn ----


def train_charrnn(arguments: argparse.Namespace, steps: int, save_every: int, run: Path) -> None:
    """Trains charrnn into a run directory; its output goes to standard error."""
    settings = ("layers", "hidden", "sequence_length", "batch_size", "learning_rate", "clip",
                "validation", "seed")  # fmt: skip
    options = [f"--{name.replace('_', '-')}={getattr(arguments, name)}" for name in settings]
    command = [str(SCRIPTS / "charrnn"), "train", "--data", str(arguments.text), "--run", str(run)]
    command += [*options, "--decay-rate=1", "--validation-from=end"]
    command += [f"--steps={steps}", f"--save-every={save_every}"]
    subprocess.run(command, stdout=sys.stderr, check=True)


def validation_losses(run: Path) -> dict[int, float]:
    with open(run / "history.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["validation_nats"]]
    return {int(row["step"]): float(row["validation_nats"]) for row in rows}


def initial_weights(arguments: argparse.Namespace, directory: Path) -> Path:
    """Returns a NumPy archive of charrnn's initial weights, which depend on the seed."""
    run, archive = directory / "initial", directory / "initial.npz"
    train_charrnn(arguments, 1, 1, run)
    checkpoint = run / "checkpoints" / "step-0" / "model"
    dump = [python_for("tests"), "-c", DUMP_CHECKPOINT, str(checkpoint), str(archive)]
    subprocess.run(dump, check=True)
    return archive


# ---- PyTorch ----

Window = tuple["torch.Tensor", "torch.Tensor"]  # inputs and targets, each [batch, time]
State = tuple["torch.Tensor", "torch.Tensor"]  # h and c, each [layers, batch, hidden]
IGNORED_TARGET = -100  # cross_entropy's default ignore_index


def encode(text: Path, run: Path) -> torch.Tensor:
    """Encodes a text with charrnn's vocabulary, so that classes have the same order."""
    characters = json.loads((run / "vocabulary.json").read_text(encoding="utf-8"))
    ids = {character: i for i, character in enumerate(characters)}
    return torch.tensor([ids[c] for c in text.read_text(encoding="utf-8-sig")])


def split(ids: torch.Tensor, validation: float) -> tuple[torch.Tensor, torch.Tensor]:
    boundary = len(ids) - math.floor(len(ids) * validation + 0.5)
    return ids[:boundary], ids[boundary:]


def batches(ids: torch.Tensor, size: int, length: int) -> list[Window]:
    """Splits a text into `size` streams and each stream into windows, without the remainders.

    Row k of all windows belongs to stream k.
    """
    stream = (len(ids) - 1) // size
    x = ids[: size * stream].view(size, stream)
    y = ids[1 : size * stream + 1].view(size, stream)
    starts = range(0, stream - length + 1, length)
    return [(x[:, i : i + length], y[:, i : i + length]) for i in starts]


class CharRnn:
    """Stacked LSTM layers on one-hot characters, and a softmax layer."""

    def __init__(self, classes: int, hidden: int, layers: int) -> None:
        self.classes = classes
        self.lstm = torch.nn.LSTM(classes, hidden, layers, batch_first=True)
        self.softmax = torch.nn.Linear(hidden, classes)

    def trainable_parameters(self) -> list[torch.Tensor]:
        parameters = [*self.lstm.parameters(), *self.softmax.parameters()]
        return [parameter for parameter in parameters if parameter.requires_grad]

    def forward(
        self, x: torch.Tensor, y: torch.Tensor, state: State | None
    ) -> tuple[torch.Tensor, State]:
        """Returns the mean loss of a window in nats and the next state; None is the zero state."""
        one_hot = torch.nn.functional.one_hot(x, self.classes).float()  # [batch, time, classes]
        outputs, (h, c) = self.lstm(one_hot, state)  # [batch, time, hidden]
        logits = self.softmax(outputs).flatten(0, 1)  # [batch * time, classes]
        loss = torch.nn.functional.cross_entropy(logits, y.flatten())
        return loss, (h.detach(), c.detach())


def load_weights(model: CharRnn, archive: Path) -> None:
    """Copies charrnn's weights to a model.

    charrnn's gates are i, j, f, o along a kernel's columns, and the cell adds 1 to f. PyTorch's are
    i, f, g (the same as j), o along the rows. PyTorch's second bias vector is set to zero and not
    trained, since two bias vectors would learn twice as fast as one.
    """
    with np.load(archive) as weights, torch.no_grad():
        for layer in range(model.lstm.num_layers):
            cell = f"rnn/multi_rnn_cell/cell_{layer}/basic_lstm_cell"
            i, j, f, o = np.split(weights[f"{cell}/kernel"].T, 4)  # each [hidden, input + hidden]
            kernel = torch.from_numpy(np.concatenate([i, f, j, o]))
            i, j, f, o = np.split(weights[f"{cell}/bias"], 4)
            bias = torch.from_numpy(np.concatenate([i, f + 1, j, o]))
            w_ih, w_hh, b_ih, b_hh = model.lstm.all_weights[layer]
            w_ih.copy_(kernel[:, : w_ih.shape[1]])
            w_hh.copy_(kernel[:, w_ih.shape[1] :])
            b_ih.copy_(bias)
            b_hh.zero_().requires_grad_(False)
        model.softmax.weight.copy_(torch.from_numpy(weights["softmax_w"].T))
        model.softmax.bias.copy_(torch.from_numpy(weights["softmax_b"]))


def set_epsilon(optimizer: torch.optim.Adam, step: int) -> None:
    """Sets PyTorch's epsilon so that a step equals TensorFlow's.

    TensorFlow adds Adam's epsilon to the square root of v before the bias correction, PyTorch after
    it. The effective epsilon is about 30 times larger in the first step, and the same after 1,000.
    """
    for group in optimizer.param_groups:
        group["eps"] = 1e-8 / math.sqrt(1 - group["betas"][1] ** (step + 1))


def train_torch(
    arguments: argparse.Namespace, ids: torch.Tensor, classes: int, weights: Path | None
) -> dict[int, float]:
    """Trains the PyTorch model and returns the validation losses in nats by step."""
    torch.manual_seed(arguments.seed)
    size, length = arguments.batch_size, arguments.sequence_length
    training_ids, validation_ids = split(ids, arguments.validation)
    windows = batches(training_ids, size, length)
    model = CharRnn(classes, arguments.hidden, arguments.layers)
    if weights is not None:
        load_weights(model, weights)
    optimizer = torch.optim.Adam(model.trainable_parameters(), lr=arguments.learning_rate)
    losses = {}
    state = None
    for step in range(arguments.steps[-1]):
        if step % len(windows) == 0:
            state = None
        loss, state = model.forward(*windows[step % len(windows)], state)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.trainable_parameters(), arguments.clip)
        if weights is not None:
            set_epsilon(optimizer, step)
        optimizer.step()
        if step + 1 in arguments.steps:
            losses[step + 1] = validate(model, validation_ids, size, length)
            print(f"PyTorch: step {step + 1}, {losses[step + 1]:.4f} nats", file=sys.stderr)
    return losses


def validate(model: CharRnn, ids: torch.Tensor, size: int, length: int) -> float:
    """Returns the mean loss of a text in nats.

    The text is split into up to `size` streams of at least 1,000 characters, each of which starts
    from a zero state.
    """
    target_count = len(ids) - 1
    streams = min(size, max(1, target_count // 1000))
    stream = -(-target_count // streams)  # rounded up; the last stream may be shorter
    x = torch.zeros(streams * stream, dtype=torch.long)
    y = torch.full_like(x, IGNORED_TARGET)
    x[:target_count], y[:target_count] = ids[:-1], ids[1:]
    x, y = x.view(streams, stream), y.view(streams, stream)
    total, state = 0.0, None
    with torch.no_grad():
        for i in range(0, stream, length):
            window = y[:, i : i + length]
            loss, state = model.forward(x[:, i : i + length], window, state)
            total += loss.item() * (window != IGNORED_TARGET).sum().item()
    return total / target_count


def main() -> int:
    arguments = parse_arguments()
    if torch is None:
        python = python_for("compare")
        if python == sys.executable:
            sys.exit(f"compare_training: {python} has no usable PyTorch; delete that environment")
        return subprocess.run([python, __file__, *sys.argv[1:]]).returncode
    with tempfile.TemporaryDirectory() as temporary:
        run = Path(temporary) / "run"
        weights = initial_weights(arguments, Path(temporary)) if arguments.init == "same" else None
        train_charrnn(arguments, arguments.steps[-1], math.gcd(*arguments.steps), run)
        ours = validation_losses(run)
        classes = len(json.loads((run / "vocabulary.json").read_text(encoding="utf-8")))
        theirs = train_torch(arguments, encode(arguments.text, run), classes, weights)
    print("validation loss in nats\n  step   charrnn   PyTorch     ratio")
    for step in arguments.steps:
        print(f"{step:6} {ours[step]:9.6f} {theirs[step]:9.6f} {ours[step] / theirs[step]:9.6f}")
    worst = max(ours[step] / theirs[step] for step in arguments.steps)
    return 0 if worst <= 1 + arguments.tolerance else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as e:  # it has printed the reason
        sys.exit(2 if e.returncode == 2 else 1)
    except KeyboardInterrupt:
        sys.exit(1)
