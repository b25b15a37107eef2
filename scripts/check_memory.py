#!/usr/bin/env python3
"""Checks that charrnn's memory stays flat however long it works. Linux only.

    $ mvn package -DskipTests
    $ python3 scripts/check_memory.py            # some twenty minutes on 2 cores

The lab is trained for 100,000 steps by each kernel, 10,000 texts of 100 characters are written, and
10,000 models are opened, used and closed (scripts/OpenModels.java).
Resident memory is read twice a second; the first tenth of the time warms up, and the last tenth may
have at most 2% more than the second. Java's heap is 64 MiB, touched at once and cleared by one
thread, so that what grows is memory that nobody frees: an object kept ends in an OutOfMemoryError, a
tensor kept shows here. (Left to itself, a Java heap grows for long before it is first cleared.)

Exit codes: 0 flat; 1 it grew, or the work failed; 2 bad arguments.
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
# TensorFlow's Java takes four times the heap for all that a process may have, unless it is told.
UNLIMITED = "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"
MOST_GROWTH = 0.02
SECONDS_BETWEEN_READINGS = 0.5
PARTS = 10
# A session's threads come and go, and each of malloc's arenas keeps what it once had.
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
    """Makes the model that is opened."""
    train = [CHARRNN, "train", "--listing=none", "--steps=1", f"--run={directory}/lab"]
    subprocess.run(train, check=True, stdout=subprocess.DEVNULL)


def watch(command: list[str | Path]) -> list[float]:
    """Runs a command and returns its resident memory along the way, in MiB."""
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
            raise RuntimeError(f"it ended with exit code {process.returncode}:\n{log.read()}")
    return [reading for reading in readings if reading]  # one that just ended has none


def resident_mebibytes(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


def is_flat(name: str, readings: list[float]) -> bool:
    length = len(readings) // PARTS
    if length == 0:
        raise RuntimeError(f"{name} was done too soon to tell; take a larger --scale")
    tenths = [mean(readings[i * length : (i + 1) * length]) for i in range(PARTS)]
    growth = tenths[-1] / tenths[1] - 1
    print(f"{name}: {' '.join(f'{tenth:.1f}' for tenth in tenths)} MiB; {growth:+.2%}", flush=True)
    return growth <= MOST_GROWTH


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks that charrnn's memory stays flat.")
    names = list(commands(1, ""))
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="some of the work")
    parser.add_argument("--scale", type=float, default=1, help="part of the work (1)")
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
