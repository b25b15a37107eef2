#!/usr/bin/env python3
"""Checks that charrnn's memory stays flat however long it works. Linux only.

    $ mvn package -DskipTests
    $ python3 scripts/check_memory.py            # some ten minutes on 2 cores

The lab is trained for 100,000 steps by each kernel, and 10,000 texts of 100 characters are written.
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

CHARRNN = Path(__file__).resolve().parent / "charrnn"
HEAP = "-Xms64m -Xmx64m -XX:+AlwaysPreTouch -XX:+UseSerialGC"
MOST_GROWTH = 0.02
SECONDS_BETWEEN_READINGS = 0.5
PARTS = 10


def commands(scale: float, directory: str) -> dict[str, list[str]]:
    steps, texts = round(100_000 * scale), round(10_000 * scale)
    lab = ["train", "--listing=none", f"--steps={steps}"]
    return {
        "ops": [*lab, "--kernel=ops", f"--run={directory}/ops"],
        "fused": [*lab, "--kernel=fused", f"--run={directory}/fused"],
        "texts": ["benchmark", "generation", "--count=1", "--steps=100", f"--rounds={texts}"],
    }


def watch(arguments: list[str]) -> list[float]:
    """Runs charrnn and returns its resident memory along the way, in MiB."""
    environment = {**os.environ, "JAVA_TOOL_OPTIONS": HEAP}
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [CHARRNN, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=log
        )
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
            raise RuntimeError(f"charrnn ended with exit code {process.returncode}:\n{log.read()}")
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
    parser.add_argument("--scale", type=float, default=1, help="part of the steps and texts (1)")
    arguments = parser.parse_args()
    if not 0.001 <= arguments.scale <= 1000:
        parser.error(f"--scale must be from 0.001 to 1000, got {arguments.scale}")
    with tempfile.TemporaryDirectory() as directory:
        work = commands(arguments.scale, directory)
        flat = [is_flat(name, watch(work[name])) for name in arguments.only]
    return 0 if all(flat) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, RuntimeError) as e:
        sys.exit(f"check_memory: {e}")
    except KeyboardInterrupt:
        sys.exit(1)
