#!/usr/bin/env python3
"""Trains a small character transformer for some minutes, for compare_quality.py.

    quality_transformer.py TEXT --recipe cpu --minutes 2 --seed 1

The model and its training are those of nanoGPT, written for this script: GPT-2's pre-layer-norm
blocks without biases, learned positions, the embedding also as output layer, AdamW with decoupled
weight decay on matrices, gradients clipped at a norm of 1, a linear warm-up and a cosine. The two
recipes are those of nanoGPT's README for a character model on a CPU and on a GPU, except for the
number of steps: as many as fit into the time, so that the cosine ends with it. The warm-up is a
tenth of the steps where that is less than the recipe's 100.

The transformer gets the best of this machine: PyTorch's fused attention and fused AdamW, bfloat16
where a step is faster with it, and all cores, or fewer where a step is faster with fewer. Ten times
in a run it is validated, and the best weights are kept. Neither these validations nor the
measurement of steps count as training time; importing PyTorch and reading the text do.

It prints a JSON object: `recipe`, `batch`, `block`, `weights`, `steps`, `setting` (precision and
threads), `seconds` (training time) and `losses` in nats by protocol, which compare_quality.py
explains.

Exit codes: 0 success; 1 failure; 2 bad arguments or input.
"""

from __future__ import annotations

import time

START = time.perf_counter()  # importing PyTorch takes seconds

import argparse  # noqa: E402
import copy  # noqa: E402
import json  # noqa: E402
import math  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import NamedTuple  # noqa: E402

import torch  # noqa: E402
from torch import Tensor, nn  # noqa: E402
from torch.nn import functional  # noqa: E402

VALIDATION = 0.1  # the last part of the text
PROTOCOLS = {"long": None, "256": 256, "64": 64}  # the windows that the text is cut into
TOKENS_PER_EVALUATION = 1 << 14  # of a batch, to bound the memory
VALIDATIONS = 10
PRECISIONS = ["float32", "bfloat16"]
SECONDS_TO_MEASURE = 3.0  # and at least one step


class Recipe(NamedTuple):
    """The model and the training of one of nanoGPT's configurations."""

    layers: int
    heads: int
    width: int
    block: int  # characters of context
    batch: int
    dropout: float
    learning_rate: float = 1e-3
    last_learning_rate: float = 1e-4
    warm_up: int = 100  # steps
    betas: tuple[float, float] = (0.9, 0.99)
    weight_decay: float = 0.1
    clip: float = 1.0


RECIPES = {
    "cpu": Recipe(layers=4, heads=4, width=128, block=64, batch=12, dropout=0.0),
    "gpu": Recipe(layers=6, heads=6, width=384, block=256, batch=64, dropout=0.2),
}


# ---- model ----


class Attention(nn.Module):
    """Causal self-attention of several heads."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.heads = recipe.heads
        self.dropout = recipe.dropout
        self.query_key_value = nn.Linear(recipe.width, 3 * recipe.width, bias=False)
        self.out = nn.Linear(recipe.width, recipe.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:  # [batch, time, width]
        split = self.query_key_value(x).unflatten(2, (3, self.heads, -1))
        q, k, v = split.permute(2, 0, 3, 1, 4)  # each [batch, heads, time, width / heads]
        dropout = self.dropout if self.training else 0.0
        y = functional.scaled_dot_product_attention(q, k, v, dropout_p=dropout, is_causal=True)
        return self.out(y.transpose(1, 2).flatten(2))


class Block(nn.Module):
    """Attention and a feed-forward network, each added to what it reads."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        width = recipe.width
        self.norm_1 = nn.LayerNorm(width, bias=False)
        self.attention = Attention(recipe)
        self.norm_2 = nn.LayerNorm(width, bias=False)
        self.up = nn.Linear(width, 4 * width, bias=False)
        self.down = nn.Linear(4 * width, width, bias=False)
        self.dropout = nn.Dropout(recipe.dropout)

    def forward(self, x: Tensor) -> Tensor:  # [batch, time, width]
        x = x + self.dropout(self.attention(self.norm_1(x)))
        return x + self.dropout(self.down(functional.gelu(self.up(self.norm_2(x)))))


class Transformer(nn.Module):
    """Predicts each character from up to `block` characters before it."""

    def __init__(self, recipe: Recipe, classes: int) -> None:
        super().__init__()
        self.block = recipe.block
        self.characters = nn.Embedding(classes, recipe.width)
        self.positions = nn.Embedding(recipe.block, recipe.width)
        self.dropout = nn.Dropout(recipe.dropout)
        self.blocks = nn.ModuleList([Block(recipe) for _ in range(recipe.layers)])
        self.norm = nn.LayerNorm(recipe.width, bias=False)
        for weights in self.parameters():
            if weights.dim() > 1:
                nn.init.normal_(weights, std=0.02)
        for block in self.blocks:  # so that the sum over all layers starts as small
            for layer in (block.attention.out, block.down):
                nn.init.normal_(layer.weight, std=0.02 / math.sqrt(2 * recipe.layers))

    def forward(self, x: Tensor) -> Tensor:
        """Maps ids, [batch, time], to logits, [batch, time, classes]."""
        time_steps = torch.arange(x.shape[1])
        h = self.dropout(self.characters(x) + self.positions(time_steps))
        for block in self.blocks:
            h = block(h)
        return functional.linear(self.norm(h), self.characters.weight)


# ---- training ----


class Trainer:
    """A model with its optimizer, which takes steps on random windows of a text."""

    def __init__(self, recipe: Recipe, ids: Tensor, classes: int, precision: str, seed: int):
        torch.manual_seed(seed)
        self.recipe = recipe
        self.windows = ids.unfold(0, recipe.block + 1, 1)  # a view, [windows, block + 1]
        self.precision = precision
        self.model = Transformer(recipe, classes)
        weights = list(self.model.parameters())
        groups = [
            {"params": [w for w in weights if w.dim() > 1], "weight_decay": recipe.weight_decay},
            {"params": [w for w in weights if w.dim() == 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, betas=recipe.betas, fused=True)

    def step(self, learning_rate: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate
        starts = torch.randint(len(self.windows), (self.recipe.batch,))
        batch = self.windows[starts]
        with autocast(self.precision):
            logits = self.model(batch[:, :-1])
        loss = functional.cross_entropy(logits.float().flatten(0, 1), batch[:, 1:].flatten())
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        self.optimizer.step()


def autocast(precision: str) -> torch.autocast:
    return torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")


def learning_rate(recipe: Recipe, step: int, steps: int) -> float:
    """Returns the rate of a step, counted from 0: a linear warm-up, then half a cosine."""
    warm_up = min(recipe.warm_up, steps // 10)
    if step < warm_up:
        return recipe.learning_rate * (step + 1) / (warm_up + 1)
    progress = (step - warm_up) / max(1, steps - 1 - warm_up)
    fall = recipe.learning_rate - recipe.last_learning_rate
    return recipe.last_learning_rate + fall * 0.5 * (1 + math.cos(math.pi * progress))


class Setting(NamedTuple):
    """How steps are computed."""

    precision: str
    threads: int

    def __str__(self) -> str:
        return f"{self.precision}, {self.threads} thread{'s' if self.threads > 1 else ''}"


def fastest_setting(
    measure: Callable[[Setting], float], precisions: list[str], cores: int
) -> tuple[Setting, float]:
    """Returns the fastest setting, with its seconds per step.

    Chooses the precision with a thread per core, then halves the threads as long as it helps.
    """
    times = {setting: measure(setting) for setting in (Setting(p, cores) for p in precisions)}
    best = min(times, key=times.get)
    seconds = times[best]
    while best.threads > 1:
        half = best._replace(threads=best.threads // 2)
        seconds_with_half = measure(half)
        if seconds_with_half >= seconds:
            break
        best, seconds = half, seconds_with_half
    return best, seconds


def seconds_of_a_step(trainer: Trainer) -> float:
    trainer.step(0.0)  # warms up
    start = time.perf_counter()
    steps = 0
    while steps == 0 or time.perf_counter() - start < SECONDS_TO_MEASURE:
        trainer.step(0.0)
        steps += 1
    return (time.perf_counter() - start) / steps


class Training(NamedTuple):
    """A finished training."""

    model: Transformer
    setting: Setting
    steps: int
    seconds: float


def train(
    recipe: Recipe, training: Tensor, validation: Tensor, classes: int, minutes: float,
    precision: str, seed: int,
) -> Training:  # fmt: skip
    """Trains for some minutes since START and returns the model of the best validation."""
    seconds_before = time.perf_counter() - START

    def new_trainer(setting: Setting) -> Trainer:
        torch.set_num_threads(setting.threads)
        return Trainer(recipe, training, classes, setting.precision, seed)

    def measure(setting: Setting) -> float:
        seconds = seconds_of_a_step(new_trainer(setting))
        log(f"{setting}: {1000 * seconds:.1f} ms a step")
        return seconds

    precisions = PRECISIONS if precision == "auto" else [precision]
    setting, step_seconds = fastest_setting(measure, precisions, os.cpu_count() or 1)
    steps = max(1, int((60 * minutes - seconds_before) / step_seconds))
    log(f"{steps} steps in {setting}")
    trainer = new_trainer(setting)
    best_loss, best_weights = math.inf, None
    validate_at = {steps * i // VALIDATIONS for i in range(1, VALIDATIONS + 1)}
    seconds = seconds_before
    start = time.perf_counter()
    for step in range(steps):
        trainer.step(learning_rate(recipe, step, steps))
        if step + 1 in validate_at:
            seconds += time.perf_counter() - start
            loss = mean_loss(trainer.model, validation, recipe.block)
            log(f"step {step + 1}/{steps}, {seconds:.0f} s: validation {loss:.4f} nats")
            if loss < best_loss:
                best_loss, best_weights = loss, copy.deepcopy(trainer.model.state_dict())
            start = time.perf_counter()
    if best_weights is not None:  # None if the loss was never finite
        trainer.model.load_state_dict(best_weights)
    return Training(trainer.model, setting, steps, seconds)


def log(message: str) -> None:
    print(f"transformer: {message}", file=sys.stderr, flush=True)


# ---- evaluation ----


class Piece(NamedTuple):
    """Characters that the model reads at once: ids[start:end] predict ids[start + 1:end + 1]."""

    start: int
    end: int
    scored: int  # the first of the inputs whose prediction counts


def pieces(length: int, window: int | None, block: int) -> Iterator[Piece]:
    """Cuts `length` inputs into windows, and the windows into pieces that the model can read.

    Each input is scored once. A window of more than `block` characters is read in overlapping
    pieces, each half a block after the previous one, so that all but a window's first block / 2
    characters are predicted from at least block / 2 characters. Smaller distances did not lower the
    loss of a transformer of 2,000 steps.
    """
    window = min(window or length, length)
    for first in range(0, length, window):
        last = min(first + window, length)
        scored = first
        while scored < last:
            ahead = block if scored == first else block // 2
            end = min(scored + ahead, last)
            yield Piece(max(first, end - block), end, scored)
            scored = end


def mean_loss(model: Transformer, ids: Tensor, window: int | None) -> float:
    """Returns the mean loss in nats of all characters but the first, cut into windows."""
    model.eval()
    by_length: dict[int, list[Piece]] = {}
    for piece in pieces(len(ids) - 1, window, model.block):
        by_length.setdefault(piece.end - piece.start, []).append(piece)
    total = 0.0
    with torch.inference_mode():
        for length, same in by_length.items():
            size = max(1, TOKENS_PER_EVALUATION // length)
            for i in range(0, len(same), size):
                total += sum_of_losses(model, ids, same[i : i + size])
    model.train()
    return total / (len(ids) - 1)


def sum_of_losses(model: Transformer, ids: Tensor, batch: list[Piece]) -> float:
    """Returns the sum of the scored losses in pieces of the same length."""
    x = torch.stack([ids[piece.start : piece.end] for piece in batch])
    y = torch.stack([ids[piece.start + 1 : piece.end + 1] for piece in batch])
    losses = functional.cross_entropy(model(x).transpose(1, 2), y, reduction="none")
    first_scored = torch.tensor([[piece.scored - piece.start] for piece in batch])
    scored = torch.arange(x.shape[1]) >= first_scored  # [batch, time]
    return losses[scored].double().sum().item()


# ---- main ----


def encode(text: str) -> tuple[Tensor, int]:
    """Returns the ids of a text, and the number of distinct characters."""
    characters = sorted(set(text))
    ids = {character: i for i, character in enumerate(characters)}
    return torch.tensor([ids[character] for character in text]), len(characters)


def split(ids: Tensor) -> tuple[Tensor, Tensor]:
    """Returns the training and the validation part; charrnn rounds the same way."""
    boundary = len(ids) - math.floor(len(ids) * VALIDATION + 0.5)
    return ids[:boundary], ids[boundary:]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains a small transformer for some minutes.")
    parser.add_argument("text", type=Path, metavar="TEXT", help="training text in UTF-8")
    parser.add_argument("--recipe", choices=RECIPES, default="cpu",
                        help="nanoGPT's recipe for a CPU or for a GPU (cpu)")
    parser.add_argument("--minutes", type=float, default=2, help="training time (2)")
    parser.add_argument("--precision", choices=["auto", *PRECISIONS], default="auto",
                        help="type of the matrix products; auto: the faster one (auto)")
    parser.add_argument("--seed", type=int, default=1, help="random seed (1)")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    recipe = RECIPES[arguments.recipe]
    ids, classes = encode(arguments.text.read_text(encoding="utf-8-sig"))
    training, validation = split(ids)
    if len(training) <= recipe.block or len(validation) < 2:
        print(f"quality_transformer: {arguments.text} is too short", file=sys.stderr)
        return 2
    trained = train(recipe, training, validation, classes, arguments.minutes, arguments.precision,
                    arguments.seed)  # fmt: skip
    result = {
        "recipe": arguments.recipe,
        "batch": recipe.batch,
        "block": recipe.block,
        "weights": sum(weights.numel() for weights in trained.model.parameters()),
        "steps": trained.steps,
        "setting": str(trained.setting),
        "seconds": trained.seconds,
        "losses": {
            name: mean_loss(trained.model, validation, window)
            for name, window in PROTOCOLS.items()
        },
    }  # fmt: skip
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, UnicodeDecodeError) as e:
        print(f"quality_transformer: {e}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(1)
