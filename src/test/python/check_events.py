"""Reads the event files of runs with TensorBoard's own reader.

    check_events.py LAB KILLED WORDS

Each argument is the directory of a run. KILLED was killed and resumed, and has `expected.json`: the
text samples of its checkpoints by step. Each check prints `ok: RUN: FACT`.
"""

from __future__ import annotations

import csv
import html
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import tensorflow as tf
from facts import check
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.plugins.text.text_plugin import text_array_to_html

# The history has six decimals; a float has a relative error of up to 6e-8.
HISTORY_DIGITS = 5.01e-7
FLOAT = 1e-7

# 0 is no limit; by default, TensorBoard keeps only some steps of a long run.
EVERYTHING = {"scalars": 0, "histograms": 0, "tensors": 0, "text": 0}

TAGS = {
    "mean_loss_nats": "train/loss",
    "learning_rate": "train/learning_rate",
    "gradient_norm": "train/gradient_norm",
    "tokens_per_second": "train/tokens_per_second",
    "validation_nats": "validation/loss",
}


class Run:
    """A run and its events, read with TensorBoard's accumulator, which other programs also use.

    After a restart, the accumulator drops outdated scalars and histograms, but not texts.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.name = directory.name
        self.history = list(csv.DictReader((directory / "history.csv").open(encoding="utf-8")))
        self.events = EventAccumulator(str(directory), size_guidance=EVERYTHING)
        self.events.Reload()
        self.saves = [0] + [int(row["step"]) for row in self.history if row.get("validation_nats")]

    def scalars(self, tag: str) -> dict[int, float]:
        events = self.events.Scalars(tag)
        steps = [event.step for event in events]
        assert len(set(steps)) == len(steps), f"{tag} has steps twice: {steps}"
        assert all(abs(event.wall_time - time.time()) < 3600 for event in events)
        return {event.step: event.value for event in events}

    def column(self, name: str) -> dict[int, float]:
        return {int(row["step"]): float(row[name]) for row in self.history if row[name]}


def scalars_are_the_historys(run: Run) -> None:
    columns = [column for column in TAGS if column in run.history[0]]
    for column in columns:
        tolerance = 0.51 if column == "tokens_per_second" else HISTORY_DIGITS
        found, expected = run.scalars(TAGS[column]), run.column(column)
        if run.name == "lab":  # every tenth step and the last
            expected = {s: v for s, v in expected.items() if s % 10 == 0 or s == len(expected) - 1}
        assert list(found) == list(expected), (column, found, expected)
        np.testing.assert_allclose(
            list(found.values()), list(expected.values()), rtol=FLOAT, atol=tolerance
        )
    expected_tags = {TAGS[column] for column in columns}
    if run.name != "lab":
        for group in ("train", "validation"):
            nats = run.scalars(f"{group}/loss")
            tag, unit = (
                ("perplexity", math.exp)
                if run.name == "words"
                else ("bits_per_character", lambda loss: loss / math.log(2))
            )
            expected_tags.add(f"{group}/{tag}")
            for step, value in run.scalars(f"{group}/{tag}").items():
                # exp turns an error of 1e-7 nats into a relative error of 1e-7
                np.testing.assert_allclose(value, unit(nats[step]), rtol=1e-6)
    assert set(run.events.Tags()["scalars"]) == expected_tags


def saves_have_a_histogram_each(run: Run) -> None:
    assert len(run.saves) == 16, run.saves
    for tag in run.events.Tags()["histograms"]:
        assert [event.step for event in run.events.Histograms(tag)] == run.saves, tag


def histograms_are_of_the_checkpoints_weights(run: Run) -> None:
    checkpoints = list(run.directory.glob("checkpoints/step-*"))
    assert len(checkpoints) >= 3
    for checkpoint in checkpoints:
        reader = tf.train.load_checkpoint(str(checkpoint / "model"))
        step = int(checkpoint.name.removeprefix("step-"))
        variables = reader.get_variable_to_shape_map()
        weights = {n for n in variables if f"{n}/Adam" in variables}
        tags = run.events.Tags()["histograms"]
        assert {f"weights/{name}" for name in weights} == set(tags), tags
        for name in weights:
            values = reader.get_tensor(name).astype(np.float64).ravel()
            (event,) = (e for e in run.events.Histograms(f"weights/{name}") if e.step == step)
            histogram = event.histogram_value
            assert histogram.num == values.size
            assert histogram.min == values.min()
            assert histogram.max == values.max()
            np.testing.assert_allclose(histogram.sum, values.sum(), atol=1e-12 * values.size)
            np.testing.assert_allclose(histogram.sum_squares, (values**2).sum(), rtol=1e-12)
            edges = [-np.inf, *histogram.bucket_limit[:-1], np.inf]
            assert histogram.bucket_limit[-1] == values.max()
            assert list(np.histogram(values, edges)[0]) == histogram.bucket


def samples_are_of_the_checkpoints_weights(run: Run) -> None:
    expected = json.loads((run.directory / "expected.json").read_text(encoding="utf-8"))
    found = {event.step: event.tensor_proto for event in run.events.Tensors("samples")}
    for step, text in expected.items():
        shown = text_array_to_html(tf.make_ndarray(found[int(step)]), enable_markdown=True)
        assert html.unescape(shown) == f"<pre><code>{text.rstrip()}\n</code></pre>", shown


def board_shows_all(run: Run) -> None:
    """Reads all runs in a directory with the reader behind TensorBoard's web pages."""
    board = EventMultiplexer(size_guidance={}, tensor_size_guidance=EVERYTHING)
    board.AddRunsFromDirectory(str(run.directory.parent))
    board.Reload()
    assert set(board.Runs()) == {"lab", "killed", "killed/previous-1", "words"}, board.Runs()
    plugins = {
        plugin: set(board.PluginRunToTagToContent(plugin).get(run.name, {}))
        for plugin in ("scalars", "histograms", "text")
    }
    assert plugins["scalars"] == set(run.events.Tags()["scalars"])
    assert plugins["histograms"] == set(run.events.Tags()["histograms"])
    assert plugins["text"] == {"samples"}
    tags = {"samples": run.saves[1:], "weights/softmax_b": run.saves}
    for tag, saves in tags.items():
        assert [event.step for event in board.Tensors(run.name, tag)] == saves, tag
    losses = {
        event.step: float(tf.make_ndarray(event.tensor_proto))
        for event in board.Tensors(run.name, "train/loss")
    }
    assert losses == run.scalars("train/loss")


def main() -> int:
    lab, killed, words = (Run(Path(argument)) for argument in sys.argv[1:])
    passed = [
        check(lab.name, scalars_are_the_historys, lab),
        check(killed.name, scalars_are_the_historys, killed),
        check(killed.name, saves_have_a_histogram_each, killed),
        check(killed.name, histograms_are_of_the_checkpoints_weights, killed),
        check(killed.name, samples_are_of_the_checkpoints_weights, killed),
        check(killed.name, board_shows_all, killed),
        check(words.name, scalars_are_the_historys, words),
    ]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
