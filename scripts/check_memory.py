#!/usr/bin/env python3
"""Checks that charrnn's memory use does not grow over time. Linux only.

    $ mvn package -DskipTests
    $ python3 scripts/check_memory.py            # about 20 minutes on 2 cores

The workloads are: training the lab for 100,000 steps with each kernel, generating 10,000 texts of
100 characters, and opening, using and closing 10,000 models (scripts/OpenModels.java).

Resident memory is measured twice a second. The first tenth of the time is warm-up; the mean of the
last tenth may exceed that of the second by at most 2%. Java's heap has a fixed size of 64 MiB, is
committed at start and uses the serial garbage collector, so growth is native memory that is not
freed. Leaked Java objects end in an OutOfMemoryError, leaked tensors show up here. (By default, a
Java heap grows for a long time before the first full collection.)

Exit codes: 0 no growth; 1 growth, or a workload failed; 2 bad arguments.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean

SCRIPTS = Path(__file__).resolve().parent
CHARRNN = SCRIPTS / "charrnn"
HEAP = "-Xms64m -Xmx64m -XX:+AlwaysPreTouch -XX:+UseSerialGC"
# By default, JavaCPP limits the memory of the process to four times the heap.
UNLIMITED = "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"
MAX_GROWTH = 0.02
SECONDS_BETWEEN_READINGS = 0.5
PARTS = 10
# Sessions start and stop threads, and each malloc arena keeps its memory.
ONE_ARENA = ["env", "MALLOC_ARENA_MAX=1"]


def commands(scale: float, directory: str) -> dict[str, list[str | Path]]:
    steps, texts = round(100_000 * scale), round(10_000 * scale)
    lab = [CHARRNN, "train", "--listing=none", f"--steps={steps}"]
    generation = [CHARRNN, "benchmark", "generation", "--count=1", "--steps=100"]
    return {
        "ops": [*lab, "--kernel=ops", f"--run={directory}/ops"],
        "fused": [*lab, "--kernel=fused", f"--run={directory}/fused"],
        "texts": [*generation, f"--rounds={texts}"],
        "models": [*ONE_ARENA, "java", SCRIPTS / "OpenModels.java", f"{directory}/lab", str(texts)],
    }


def train_lab(directory: str) -> None:
    """Trains the model for the workload `models`."""
    train = [CHARRNN, "train", "--listing=none", "--steps=1", f"--run={directory}/lab"]
    subprocess.run(train, check=True, stdout=subprocess.DEVNULL)


def watch(command: list[str | Path]) -> list[float]:
    """Runs a command and returns readings of its resident memory, in MiB."""
    target = SCRIPTS.parent / "target"
    classpath = f"{target}/charrnn.jar:{(target / 'classpath').read_text().strip()}"
    java = {"JAVA_TOOL_OPTIONS": f"{HEAP} {UNLIMITED}", "CLASSPATH": classpath}
    environment = {**os.environ, **java}
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=log)
        readings = []
        try:
            while process.poll() is None:
                readings.append(resident_mebibytes(process.pid))
                time.sleep(SECONDS_BETWEEN_READINGS)
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:
            log.seek(0)
            raise RuntimeError(f"a workload failed, exit code {process.returncode}:\n{log.read()}")
    return [reading for reading in readings if reading]  # a process that is exiting reads as 0


def resident_mebibytes(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


def is_flat(name: str, readings: list[float]) -> bool:
    length = len(readings) // PARTS
    if length == 0:
        raise RuntimeError(f"{name} ended after too few readings; use a larger --scale")
    tenths = [mean(readings[i * length : (i + 1) * length]) for i in range(PARTS)]
    growth = tenths[-1] / tenths[1] - 1
    print(f"{name}: {' '.join(f'{tenth:.1f}' for tenth in tenths)} MiB; {growth:+.2%}", flush=True)
    return growth <= MAX_GROWTH


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Checks that charrnn's memory use does not grow over time."
    )
    names = list(commands(1, ""))
    parser.add_argument(
        "--only", nargs="+", choices=names, default=names, help="workloads to run (all)"
    )
    parser.add_argument("--scale", type=float, default=1, help="factor for the amount of work (1)")
    arguments = parser.parse_args()
    if not 0.001 <= arguments.scale <= 1000:
        parser.error(f"--scale must be from 0.001 to 1000, got {arguments.scale}")
    with tempfile.TemporaryDirectory() as directory:
        work = commands(arguments.scale, directory)
        if "models" in arguments.only:
            train_lab(directory)
        flat = [is_flat(name, watch(work[name])) for name in arguments.only]
    return 0 if all(flat) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, RuntimeError) as e:
        sys.exit(f"check_memory: {e}")
    except KeyboardInterrupt:
        sys.exit(1)
