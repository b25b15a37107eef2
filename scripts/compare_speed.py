#!/usr/bin/env python3
"""Compares the speed of training and generation in charrnn and in other frameworks.

    $ mvn package -DskipTests
    $ python3 scripts/compare_speed.py --only shapes          # a few minutes
    $ python3 scripts/compare_speed.py                        # everything, 40 minutes

The other programs use PyTorch (torch.nn.LSTM), TensorFlow 1's dynamic_rnn in the newest TensorFlow,
Keras 3 with the TensorFlow backend and DL4J (LSTM), each in its usual style. For generation, LiteRT
and ONNX Runtime run a model that charrnn exported, converted by scripts/speed_export.py, with the
loop and the sampling in NumPy. ONNX Runtime also runs the same weights in ONNX's LSTM operators.
The programs in Python (scripts/speed_peers.py) run in environments that scripts/python_env.py
creates (2 GB to download, 4 GB on disk). Maven builds the one in Java, scripts/dl4j (150 to 240 MB
to download).

The programs of a case are started one after another, which measures the time to the first step.
charrnn chooses its threads itself. Each of the others is started and warmed up with 1 thread per
operation and with one per CPU, ONNX Runtime with both models; the fastest setting is printed and
measured. Then the programs run alternately for about a second each, so that other load on the
machine affects all of them equally. A training step consists of forward pass, backward pass,
gradient clipping and Adam, with the state carried over from the previous step. Everything runs on
the CPU.

The ratio is charrnn's time divided by the other program's in the same round; its median and range
over all rounds are printed. Every round is a row of DIR/speed.csv. Rows of cases that are not
measured again are kept, and DIR/speed.png plots all rows.

Exit codes: 0 success; 1 a program failed; 2 bad arguments.
"""

from __future__ import annotations

import argparse
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from csv_table import read_csv, write_csv
from python_env import python_for

try:
    from speed_plot import plot
except ImportError:
    plot = None  # main() restarts the script in a Python with matplotlib

SCRIPTS = Path(__file__).resolve().parent
CHARRNN = "charrnn"
DL4J_BUILD = SCRIPTS.parent / "target" / "dl4j"
SECONDS_PER_TURN = 1.0
SECONDS_OF_WARM_UP = 2.0


class Case(NamedTuple):
    """A measurement: training steps, or generation of one character in each of several texts."""

    group: str
    name: str
    job: str  # train or generate
    batch: int  # batch size, or number of texts
    sequence: int  # sequence length, 0 for generation
    hidden: int
    layers: int
    vocabulary: int

    def sizes(self) -> dict[str, int]:
        sizes = {"batch-size": self.batch, "sequence-length": self.sequence, "hidden": self.hidden,
                 "layers": self.layers, "vocabulary-size": self.vocabulary}  # fmt: skip
        return {name: size for name, size in sizes.items() if size}

    def characters(self) -> int:
        """Returns the number of characters that a step reads or generates."""
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
PEERS = {
    "train": ["pytorch", "dynamic_rnn", "keras", "dl4j"],
    "generate": ["pytorch", "litert", "onnxruntime", "dl4j"],
}
ALL_PEERS = list(dict.fromkeys(PEERS["train"] + PEERS["generate"]))
# The peers that run a model that charrnn exported, and the files to choose from.
EXPORTED = {"litert": ["step.tflite"], "onnxruntime": ["step.onnx", "lstm.onnx"]}


class Setting(NamedTuple):
    """How a program is run."""

    threads: int | None = None  # of an operation; None: the program chooses
    model: str | None = None  # file name of an exported model

    def __str__(self) -> str:
        threads = self.threads and f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        return ", ".join(part for part in (threads, self.model) if part)


def settings_of(program: str) -> list[Setting]:
    if program.startswith(CHARRNN):
        return [Setting()]
    return [
        Setting(threads, model)
        for model in EXPORTED.get(program, [None])
        for threads in sorted({1, os.cpu_count()})
    ]


def environment(program: str, setting: Setting) -> dict[str, str]:
    variables = dict(os.environ)
    if setting.threads:
        for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
            variables[name] = str(setting.threads)
    if program == "dl4j":
        variables["OMP_WAIT_POLICY"] = "PASSIVE"  # several threads are slower if they spin
    return variables


class Program:
    """A process that runs steps on request."""

    def __init__(self, name: str, setting: Setting, command: list[str]) -> None:
        self.name = name
        self.setting = setting
        self.log = tempfile.TemporaryFile("w+")  # TensorFlow's log, shown only on failure
        start = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=environment(name, setting),
        )
        self._read_line()  # ready
        self.startup = time.perf_counter() - start
        self.steps = 1  # per turn
        self.warm_up_seconds: list[float] = []  # per step, one value per turn of the warm-up
        self.seconds: list[float] = []  # per step, one value per round
        self.peak: float | None = None  # resident memory in MiB

    def _read_line(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait()
            self.log.seek(0)
            raise RuntimeError(f"{self.name} failed, exit code {code}:\n{self.log.read()}")
        return line

    def run_turn(self) -> float:
        """Runs one turn and returns the seconds per step."""
        self.process.stdin.write(f"{self.steps}\n")
        self.process.stdin.flush()
        return float(self._read_line()) / self.steps

    def warm_up(self) -> None:
        """Runs short turns, then sets the number of steps so that one takes SECONDS_PER_TURN."""
        end = time.perf_counter() + SECONDS_OF_WARM_UP
        while time.perf_counter() < end:
            seconds = self.run_turn()
            self.warm_up_seconds.append(seconds)
            self.steps = max(1, round(min(SECONDS_PER_TURN / 4 / seconds, 10 * self.steps)))
        self.steps = max(1, round(SECONDS_PER_TURN / seconds))

    def peak_mebibytes(self) -> float | None:
        """Returns the peak resident memory, or None on systems other than Linux."""
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


def command_line(program: str, setting: Setting, case: Case, models: Path) -> list[str]:
    sizes = [str(size) for size in case.sizes().values()]
    if program.startswith(CHARRNN):
        return charrnn_command(program, case)
    if program == "dl4j":
        return [*dl4j_command(), case.job, *sizes]
    python = python_for("compare" if program == "pytorch" else "bench")
    if setting.model:
        sizes = [str(models / setting.model), str(case.batch)]
    return [python, str(SCRIPTS / "speed_peers.py"), program, case.job, *sizes]


def charrnn_command(program: str, case: Case) -> list[str]:
    job = {"train": "training", "generate": "generation"}[case.job]
    options = [f"--{name}={size}" for name, size in case.sizes().items()]
    if case.job == "generate":
        options = [option.replace("--batch-size", "--count") for option in options]
    kernel = program[len(CHARRNN) :].split()
    return [str(SCRIPTS / CHARRNN), "benchmark", job, "--by-turns", *options, *kernel]


@functools.cache
def dl4j_command() -> list[str]:
    """Builds the program for DL4J and returns the command that starts it."""
    mvn = shutil.which("mvn") or str(SCRIPTS.parent / "mvnw")
    instructions = nd4j_instructions()
    options = [f"-Dnd4j.instructions={instructions}"] if instructions else []
    pom = str(SCRIPTS / "dl4j" / "pom.xml")
    run([mvn, "-q", "-B", "-ntp", "-f", pom, *options, "process-classes"])
    class_path = [str(DL4J_BUILD / "classes"), (DL4J_BUILD / "classpath").read_text()]
    cache = f"-Dorg.bytedeco.javacpp.cachedir={DL4J_BUILD / 'javacpp'}"
    command = ["java", cache, "-cp", os.pathsep.join(class_path), "Dl4jPeer"]
    run([*command, "generate", "1", "1", "1", "2"])  # unpacks the native libraries
    return command


def nd4j_instructions() -> str | None:
    """Returns which of DL4J's builds for Linux on x86-64 is the fastest that this CPU can run."""
    try:
        flags = Path("/proc/cpuinfo").read_text().split()
    except OSError:
        return None
    return "avx512" if "avx512f" in flags else "avx2" if "avx2" in flags else None


def export_models(case: Case, directory: Path) -> None:
    """Trains a charrnn model of the case's sizes for a step and converts it."""
    text = directory / "text.txt"
    characters = "".join(chr(ord("!") + i) for i in range(case.vocabulary))
    text.write_text(100 * characters)
    trained = directory / "run"
    sizes = [f"--hidden={case.hidden}", f"--layers={case.layers}"]
    once = ["--steps=1", "--batch-size=1", "--sequence-length=1", "--validation=0"]
    run([str(SCRIPTS / CHARRNN), "train", f"--data={text}", f"--run={trained}", *sizes, *once])
    export = [python_for("bench"), str(SCRIPTS / "speed_export.py")]
    run([*export, str(trained / "saved_model"), str(case.batch), str(directory)])


def run(command: list[str]) -> None:
    """Runs a program without input and shows its output only on failure."""
    result = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if result.returncode != 0:
        name = Path(command[0]).name
        raise RuntimeError(f"{name} failed, exit code {result.returncode}:\n{result.stdout}")


def start_fastest(name: str, case: Case, models: Path) -> Program:
    """Starts a program with each of its settings, one after another, and keeps the fastest."""
    fastest = None
    for setting in settings_of(name):
        program = Program(name, setting, command_line(name, setting, case, models))
        program.warm_up()
        if fastest is None:
            fastest = program
        else:
            fastest, slower = sorted((fastest, program), key=lambda p: median(p.warm_up_seconds))
            slower.close()
    return fastest


def measure(case: Case, peers: list[str], rounds: int) -> list[Program]:
    names = [CHARRNN, *[peer for peer in PEERS[case.job] if peer in peers]]
    if case.name == "lab":
        names.insert(1, f"{CHARRNN} --kernel=ops")  # the default kernel for training the lab
    with tempfile.TemporaryDirectory() as models:
        if any(name in EXPORTED for name in names):
            export_models(case, Path(models))
        return measure_programs(names, case, Path(models), rounds)


def measure_programs(names: list[str], case: Case, models: Path, rounds: int) -> list[Program]:
    programs: list[Program] = []
    try:
        for name in names:
            programs.append(start_fastest(name, case, models))
        for number in range(rounds):
            for i in range(len(programs)):  # each round starts with another program
                program = programs[(number + i) % len(programs)]
                program.seconds.append(program.run_turn())
        for program in programs:
            program.peak = program.peak_mebibytes()
    finally:
        for program in programs:
            program.close()
    return programs


def report(case: Case, programs: list[Program]) -> None:
    sizes = " x ".join(str(size) for size in case.sizes().values())
    print(f"\n{case.name}: {case.job} {sizes}")
    print(f"  {'':35} {'ms per step':>26} {'characters/s':>13} {'first step':>11} {'memory':>8}"
          f"   charrnn's time / its time")  # fmt: skip
    ours = programs[0].seconds
    for program in programs:
        ms = [1000 * seconds for seconds in program.seconds]
        speed = case.characters() / median(program.seconds)
        name = ", ".join(filter(None, (program.name, str(program.setting))))
        line = f"  {name:35} {spread(ms, 3):>26} {speed:13,.0f} {program.startup:9.1f} s"
        line += " " * 9 if program.peak is None else f" {program.peak:4.0f} MiB"
        if program is not programs[0]:
            line += "   " + spread([a / b for a, b in zip(ours, program.seconds)], 2)
        print(line, flush=True)


def spread(values: list[float], digits: int) -> str:
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


# ---- files ----

COLUMNS = [*Case._fields, "program", "setting", "round", "seconds_of_a_step", "startup_seconds",
           "peak_mebibytes"]  # fmt: skip


def to_rows(case: Case, programs: list[Program]) -> list[dict[str, object]]:
    return [
        {**case._asdict(), "program": program.name, "setting": program.setting, "round": number,
         "seconds_of_a_step": seconds, "startup_seconds": program.startup,
         "peak_mebibytes": program.peak}  # fmt: skip
        for program in programs
        for number, seconds in enumerate(program.seconds)
    ]


# ---- main ----


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Compares the speed of charrnn and other frameworks."
    )
    groups = list(dict.fromkeys(case.group for case in CASES))
    names = [case.name for case in CASES]
    parser.add_argument("--only", nargs="+", metavar="CASE", choices=[*groups, *names],
                        default=groups, help=f"groups ({', '.join(groups)}) or single cases"
                        f" ({', '.join(names)}) to measure (all)")  # fmt: skip
    parser.add_argument("--peers", nargs="*", metavar="PEER", choices=ALL_PEERS, default=ALL_PEERS,
                        help=f"programs to compare with: {', '.join(ALL_PEERS)} (all)")  # fmt: skip
    parser.add_argument("--rounds", type=int, default=5, help="measured turns of each program (5)")
    parser.add_argument("--output", type=Path, metavar="DIR", default=Path("target/speed"),
                        help="directory for speed.csv and speed.png (target/speed)")  # fmt: skip
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error(f"--rounds must be at least 1, got {arguments.rounds}")
    return arguments


def main() -> int:
    arguments = parse_arguments()
    if plot is None:
        python = python_for("bench")
        if python == sys.executable:
            sys.exit(f"compare_speed: {python} has no usable matplotlib; delete that environment")
        return subprocess.run([python, __file__, *sys.argv[1:]]).returncode
    arguments.output.mkdir(parents=True, exist_ok=True)
    table = arguments.output / "speed.csv"
    rows = read_csv(table)
    for case in CASES:
        if case.group in arguments.only or case.name in arguments.only:
            programs = measure(case, arguments.peers, arguments.rounds)
            report(case, programs)
            rows = [row for row in rows if row["name"] != case.name]
            rows += to_rows(case, programs)
            write_csv(table, COLUMNS, rows)
    plot(rows, CHARRNN, arguments.output / "speed.png")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as e:  # it has printed the reason
        sys.exit(2 if e.returncode == 2 else 1)
    except RuntimeError as e:
        sys.exit(f"compare_speed: {e}")
    except KeyboardInterrupt:
        sys.exit(1)
