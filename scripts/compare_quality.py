#!/usr/bin/env python3
"""Compares how good charrnn and a small transformer are after the same minutes on the same text.

    $ mvn package -DskipTests
    $ python3 scripts/compare_quality.py data/tinyshakespeare/input.txt --minutes 2 15
    $ python3 scripts/compare_quality.py                      # table and plot of earlier runs

charrnn is given the minutes (`charrnn train --minutes N`) and chooses the rest. The transformer is
written for this comparison in PyTorch (scripts/quality_transformer.py). It has the sizes and the
training of nanoGPT's recipe for a CPU (transformer-cpu: 4 layers, 128 wide, 64 characters of
context) or for a GPU (transformer-gpu: 6 layers, 384 wide, 256 characters of context). Each run is
a training of its own, whose learning rate falls to the end of its minutes. Both train on the first
90% of the characters and are validated on the last 10%. Both keep the weights of their best
validation. Runs follow one another, and nothing else should run meanwhile.

charrnn's time is the wall time of its command, from the start of Java to the saved model, with all
validations. The transformer's time includes importing PyTorch, but neither its validations nor the
seconds in which it measures how many steps fit, and whether it is faster in bfloat16 or with fewer
threads. So it gets a little more training in the same minutes.

A loss is the mean over all characters of the validation text but the first, in nats. Three losses
differ in the earlier characters that a prediction may use, which are the same for all programs:

- long context: all of the validation text before the predicted character. charrnn reads the text
  once and carries its state. The transformer's context slides along the text in steps of half its
  size, so it predicts each character from at least half a context, where the text has that many.
- windows of 256, and of 64: the text is cut into windows of that many characters, and what follows
  each character of a window is predicted from the window up to there. charrnn reads each window
  from a zero state. A transformer whose context is at least a window reads it at once, as nanoGPT
  is validated; a shorter context slides within the window.

A generated text has a long context. nanoGPT's users quote the loss in windows of the model's own
context, 64 characters by the recipe for a CPU and 256 by the one for a GPU.

In a Python without PyTorch or matplotlib, the script restarts itself in an environment that
scripts/python_env.py creates (0.7 GB to download, 1.7 GB on disk).

The results are a Markdown table on standard output, a row per run in DIR/quality.csv, and the plot
DIR/quality.png. Rows of runs that are not repeated are kept; table and plot have all rows.

Exit codes: 0 success; 1 a program failed; 2 bad arguments or input.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from csv_table import read_csv, write_csv
from python_env import python_for

SCRIPTS = Path(__file__).resolve().parent
CHARRNN = "charrnn"
TRANSFORMERS = {"transformer-cpu": "cpu", "transformer-gpu": "gpu"}  # the recipe of each
PROTOCOLS = {"long": "long context", "256": "windows of 256", "64": "windows of 64"}
KEY = ("program", "minutes", "seed")  # of a run
COLUMNS = ("text", *KEY, "seconds", *PROTOCOLS, "model")

Row = dict[str, str]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Compares charrnn and a small transformer after the same minutes of training."
    )
    parser.add_argument("text", type=Path, metavar="TEXT", nargs="?",
                        help="text in UTF-8 (default: train nothing, show earlier runs)")
    parser.add_argument("--minutes", type=float, nargs="+", default=[2],
                        help="minutes of training; each is a run of its own (2)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1], help="random seeds (1)")
    parser.add_argument("--programs", nargs="+", choices=[CHARRNN, *TRANSFORMERS],
                        default=[CHARRNN, "transformer-cpu"],
                        help="what to train (charrnn transformer-cpu)")
    parser.add_argument("--charrnn-options", metavar="OPTIONS", default="--minutes {minutes}",
                        help="options of `charrnn train`, where {minutes} is replaced; for other"
                        " settings, for example '--minutes {minutes} --layers 3' (--minutes"
                        " {minutes})")
    parser.add_argument("--output", type=Path, metavar="DIR", default=Path("target/quality"),
                        help="directory for quality.csv and quality.png (target/quality)")
    arguments = parser.parse_args()
    if arguments.text and not arguments.text.is_file():
        parser.error(f"no such file: {arguments.text}")
    if min(arguments.minutes) <= 0:
        parser.error(f"--minutes must be above 0, got {min(arguments.minutes):g}")
    table = arguments.output / "quality.csv"
    texts = {row["text"] for row in read_csv(table)}
    if not texts and not arguments.text:
        parser.error(f"no earlier runs in {table}; give a TEXT to train on")
    if arguments.text and texts - {arguments.text.name}:
        parser.error(f"{table} has runs on {', '.join(texts)}; choose another --output")
    return arguments


# ---- programs ----


def run_charrnn(text: Path, minutes: float, seed: int, options: str) -> Row:
    """Trains charrnn and evaluates its best checkpoint."""
    with tempfile.TemporaryDirectory() as temporary:
        run = str(Path(temporary) / "run")
        command = [str(SCRIPTS / "charrnn"), "train", "--data", str(text), "--run", run]
        command += ["--validation=0.1", "--validation-from=end", f"--seed={seed}"]
        command += ["--sample-length=0", *shlex.split(options.replace("{minutes}", f"{minutes:g}"))]
        start = time.perf_counter()
        subprocess.run(command, stdout=sys.stderr, check=True)
        seconds = time.perf_counter() - start
        losses = {
            "long": evaluate_charrnn(run),
            "256": evaluate_charrnn(run, "--window=256"),
            "64": evaluate_charrnn(run, "--window=64"),
        }
        return to_row(seconds, losses, describe(Path(run)))


def evaluate_charrnn(run: str, *options: str) -> float:
    command = [str(SCRIPTS / "charrnn"), "evaluate", run, "--json", *options]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    nats = json.loads(output)["nats"]
    return float("nan") if nats is None else nats  # null if it is not finite


def describe(run: Path) -> str:
    """Returns the settings that charrnn chose."""
    config = json.loads((run / "config.json").read_text(encoding="utf-8"))
    model, training = config["model"], config["training"]
    steps = read_csv(run / "history.csv")[-1]["step"]
    return (
        f"{model['cell']} {model['layers']} x {model['hidden_size']}; {steps} steps of"
        f" {training['batch_size']} x {training['sequence_length']},"
        f" {config['kernel']['precision']}"
    )


def run_transformer(text: Path, minutes: float, seed: int, recipe: str) -> Row:
    command = [sys.executable, str(SCRIPTS / "quality_transformer.py"), str(text)]
    command += [f"--recipe={recipe}", f"--minutes={minutes:g}", f"--seed={seed}"]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    result = json.loads(output)
    model = (
        f"{result['weights']:,} weights; {result['steps']} steps of {result['batch']} x"
        f" {result['block']}, {result['setting']}"
    )
    return to_row(result["seconds"], result["losses"], model)


def train(arguments: argparse.Namespace, minutes: float, seed: int, program: str) -> Row:
    """Trains and evaluates a program."""
    print(f"{program}, {minutes:g} minutes, seed {seed}", file=sys.stderr)
    if program == CHARRNN:
        row = run_charrnn(arguments.text, minutes, seed, arguments.charrnn_options)
    else:
        row = run_transformer(arguments.text, minutes, seed, TRANSFORMERS[program])
    run = {"program": program, "minutes": f"{minutes:g}", "seed": str(seed)}
    return {"text": arguments.text.name, **run, **row}


def to_row(seconds: float, losses: dict[str, float], model: str) -> Row:
    return {
        "seconds": f"{seconds:.1f}",
        **{protocol: f"{losses[protocol]:.4f}" for protocol in PROTOCOLS},
        "model": model,
    }


# ---- results ----


def add(rows: list[Row], new: Row) -> list[Row]:
    """Returns the rows with a run, which replaces an earlier one, in the order of the table."""
    others = [row for row in rows if any(row[name] != new[name] for name in KEY)]
    return sorted(
        [*others, new], key=lambda row: (float(row["minutes"]), row["program"], int(row["seed"]))
    )


def print_table(rows: list[Row]) -> None:
    titles = ["program", "minutes", "minutes taken", *PROTOCOLS.values(), "seed", "model"]
    print(f"| {' | '.join(titles)} |")
    print(f"|---|{'---:|' * (len(titles) - 2)}---|")
    for row in rows:
        measured = f"{float(row['seconds']) / 60:.2f}"
        cells = [row["program"], row["minutes"], measured]
        cells += [*(row[protocol] for protocol in PROTOCOLS), row["seed"], row["model"]]
        print(f"| {' | '.join(cells)} |")


def has_packages() -> bool:
    return all(importlib.util.find_spec(name) for name in ("torch", "matplotlib"))


def main() -> int:
    arguments = parse_arguments()
    if not has_packages():
        python = python_for("compare")
        if python == sys.executable:
            sys.exit(
                f"compare_quality: {python} has no PyTorch or no matplotlib;"
                " delete that environment"
            )
        return subprocess.run([python, __file__, *sys.argv[1:]]).returncode
    from quality_plot import plot

    arguments.output.mkdir(parents=True, exist_ok=True)
    table = arguments.output / "quality.csv"
    rows = read_csv(table)
    if arguments.text:
        for run in itertools.product(arguments.minutes, arguments.seeds, arguments.programs):
            rows = add(rows, train(arguments, *run))
            write_csv(table, COLUMNS, rows)
    print_table(rows)
    plot(rows, PROTOCOLS, arguments.output / "quality.png")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as e:  # it has printed the reason
        sys.exit(2 if e.returncode == 2 else 1)
    except KeyboardInterrupt:
        sys.exit(1)
