#!/usr/bin/env python3
"""Measures how fast charrnn trains and writes, beside the programs that do the same, by turns.

    $ mvn package -DskipTests
    $ python3 scripts/compare_speed.py --only shapes          # half of it in a few minutes
    $ python3 scripts/compare_speed.py                        # all, in half an hour

Peers are PyTorch (torch.nn.LSTM), TensorFlow 1's dynamic_rnn in today's TensorFlow, and Keras 3 on
TensorFlow, each as its users write it (scripts/speed_peers.py), in environments that
scripts/python_env.py makes (2 GB to download, 4 GB on disk). All programs of a case are started one
after the other, which gives the time to the first step, and then take turns of about a second: what
else the machine does hits all alike. A training step is forward, backward, clipping and Adam, with
the state carried from step to step. Everything runs on the CPU.

The ratio is charrnn's time over the peer's in the same round: its median, and its range over the
rounds. Every round is a line of DIR/speed.csv, where cases that were not measured this time stay;
DIR/speed.png is drawn from all of them.

Exit codes: 0 measured; 1 a program failed; 2 bad arguments.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

try:
    from speed_plot import plot
except ImportError:
    plot = None  # main goes on in a Python that has what it draws with

SCRIPTS = Path(__file__).resolve().parent
CHARRNN = "charrnn"
SECONDS_OF_A_TURN = 1.0


class Case(NamedTuple):
    """What is measured: training steps, or characters written in each of some texts."""

    group: str
    name: str
    job: str  # train or generate
    batch: int  # rows, or texts at once
    sequence: int  # 0 where nothing is unrolled
    hidden: int
    layers: int
    vocabulary: int

    def sizes(self) -> dict[str, int]:
        sizes = {"batch-size": self.batch, "sequence-length": self.sequence, "hidden": self.hidden,
                 "layers": self.layers, "vocabulary-size": self.vocabulary}  # fmt: skip
        return {name: size for name, size in sizes.items() if size}

    def characters(self) -> int:
        """Characters that a step reads or writes."""
        return self.batch * (self.sequence or 1)


def training(group: str, name: str, *sizes: int) -> Case:
    return Case(group, name, "train", *sizes)


CASES = [
    training("shapes", "lab", 170, 10, 25, 2, 25),
    training("shapes", "2x128", 50, 50, 128, 2, 65),
    training("shapes", "2x512", 50, 50, 512, 2, 65),
    training("shapes", "3x256", 128, 64, 256, 3, 65),
    *[training("lengths", f"length {n}", 50, n, 128, 2, 65) for n in (25, 50, 100, 200, 400)],
    *[training("hidden", f"hidden {n}", 50, 50, n, 2, 65) for n in (64, 128, 256, 512, 1024)],
    *[training("batches", f"batch {n}", n, 50, 128, 2, 65) for n in (1, 10, 25, 50, 100, 200)],
    Case("generation", "1 text", "generate", 1, 0, 128, 2, 65),
    Case("generation", "64 texts", "generate", 64, 0, 128, 2, 65),
]
PEERS = {"train": ["pytorch", "dynamic_rnn", "keras"], "generate": ["pytorch"]}


class Program:
    """A process that does steps when it is told to."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.log = tempfile.TemporaryFile("w+")  # what TensorFlow logs is of interest if it fails
        start = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        self._expect_line()  # ready
        self.startup = time.perf_counter() - start
        self.steps = 1  # in a turn
        self.seconds: list[float] = []  # of a step, in each round
        self.peak: float | None = None

    def _expect_line(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait()
            self.log.seek(0)
            raise RuntimeError(f"{self.name} ended with exit code {code}:\n{self.log.read()}")
        return line

    def turn(self) -> float:
        """Returns the seconds of a step."""
        self.process.stdin.write(f"{self.steps}\n")
        self.process.stdin.flush()
        return float(self._expect_line()) / self.steps

    def warm_up(self) -> None:
        """Makes a turn about as long as it is to be."""
        end = time.perf_counter() + SECONDS_OF_A_TURN
        while time.perf_counter() < end:
            seconds = self.turn()
            self.steps = max(1, round(min(SECONDS_OF_A_TURN / seconds, 10 * self.steps)))

    def peak_mebibytes(self) -> float | None:
        """The most memory it had at once, where the system is Linux and tells."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return None
        [kibibytes] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        return int(kibibytes) / 1024

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.log.close()


def command(program: str, case: Case) -> list[str]:
    if program.startswith(CHARRNN):
        job = {"train": "training", "generate": "generation"}[case.job]
        options = [f"--{name}={size}" for name, size in case.sizes().items()]
        if case.job == "generate":
            options = [option.replace("--batch-size", "--count") for option in options]
        kernel = program[len(CHARRNN) :].split()
        return [str(SCRIPTS / CHARRNN), "benchmark", job, "--by-turns", *options, *kernel]
    python = python_for("compare" if program == "pytorch" else "bench")
    sizes = [str(size) for size in case.sizes().values()]
    return [python, str(SCRIPTS / "speed_peers.py"), program, case.job, *sizes]


def python_for(purpose: str) -> str:
    make = [sys.executable, str(SCRIPTS / "python_env.py"), purpose]
    return subprocess.run(make, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def measure(case: Case, peers: list[str], rounds: int) -> list[Program]:
    names = [CHARRNN, *[peer for peer in PEERS[case.job] if peer in peers]]
    if case.name == "lab":
        names.insert(1, f"{CHARRNN} --kernel=ops")  # as the lab trains unless told otherwise
    programs: list[Program] = []
    try:
        for name in names:
            programs.append(Program(name, command(name, case)))
        for program in programs:
            program.warm_up()
        for turn in range(rounds):
            for i in range(len(programs)):  # another one begins each round
                program = programs[(turn + i) % len(programs)]
                program.seconds.append(program.turn())
        for program in programs:
            program.peak = program.peak_mebibytes()
    finally:
        for program in programs:
            program.close()
    return programs


def report(case: Case, programs: list[Program]) -> None:
    sizes = " x ".join(str(size) for size in case.sizes().values())
    print(f"\n{case.name}: {case.job} {sizes}")
    print(f"  {'':22} {'ms a step':>26} {'characters/s':>13} {'first after':>11} {'memory':>8}"
          f"   charrnn's time over it")  # fmt: skip
    ours = programs[0].seconds
    for program in programs:
        ms = [1000 * seconds for seconds in program.seconds]
        speed = case.characters() / median(program.seconds)
        line = f"  {program.name:22} {spread(ms, 3):>26} {speed:13,.0f} {program.startup:9.1f} s"
        line += " " * 9 if program.peak is None else f" {program.peak:4.0f} MiB"
        if program is not programs[0]:
            line += "   " + spread([a / b for a, b in zip(ours, program.seconds)], 2)
        print(line, flush=True)


def spread(values: list[float], digits: int) -> str:
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


# ---- files ----

COLUMNS = [*Case._fields, "program", "round", "seconds_of_a_step", "startup_seconds",
           "peak_mebibytes"]  # fmt: skip


def rows(case: Case, programs: list[Program]) -> list[dict[str, object]]:
    return [
        {**case._asdict(), "program": program.name, "round": turn, "seconds_of_a_step": seconds,
         "startup_seconds": program.startup, "peak_mebibytes": program.peak}  # fmt: skip
        for program in programs
        for turn, seconds in enumerate(program.seconds)
    ]


def read_csv(path: Path) -> list[dict[str, object]]:
    if not path.exists():
        return []
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path: Path, lines: list[dict[str, object]]) -> None:
    part = path.with_suffix(".part")
    with open(part, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    part.replace(path)


# ---- the whole ----


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measures charrnn's speed beside that of its peers, by turns."
    )
    groups = list(dict.fromkeys(case.group for case in CASES))
    names = [case.name for case in CASES]
    parser.add_argument("--only", nargs="+", metavar="CASE", choices=[*groups, *names],
                        default=groups, help=f"some of {', '.join(groups)}; or of their cases:"
                        f" {', '.join(names)}")  # fmt: skip
    parser.add_argument("--peers", nargs="*", choices=PEERS["train"], default=PEERS["train"],
                        help="which to measure beside (all)")  # fmt: skip
    parser.add_argument("--rounds", type=int, default=5, help="turns of each program (5)")
    parser.add_argument("--output", type=Path, metavar="DIR", default=Path("target/speed"),
                        help="where speed.csv and speed.png go (target/speed)")  # fmt: skip
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error(f"--rounds must be at least 1, got {arguments.rounds}")
    return arguments


def main() -> int:
    arguments = parse_arguments()
    if plot is None:
        python = python_for("bench")
        if python == sys.executable:
            sys.exit(f"compare_speed: {python} cannot draw; delete that environment")
        return subprocess.run([python, __file__, *sys.argv[1:]]).returncode
    arguments.output.mkdir(parents=True, exist_ok=True)
    table = arguments.output / "speed.csv"
    lines = read_csv(table)
    for case in CASES:
        if case.group in arguments.only or case.name in arguments.only:
            programs = measure(case, arguments.peers, arguments.rounds)
            report(case, programs)
            lines = [line for line in lines if line["name"] != case.name]
            lines += rows(case, programs)
            write_csv(table, lines)
    plot(lines, CHARRNN, arguments.output / "speed.png")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as e:  # it said why
        sys.exit(2 if e.returncode == 2 else 1)
    except RuntimeError as e:
        sys.exit(f"compare_speed: {e}")
    except KeyboardInterrupt:
        sys.exit(1)
