"""Plots the measurements of compare_quality.py."""

from __future__ import annotations

import math
from pathlib import Path
from statistics import mean

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

Row = dict[str, str]  # of quality.csv


def plot(rows: list[Row], protocols: dict[str, str], path: Path) -> None:
    """Draws a panel for each protocol: validation loss over minutes, a curve for each program.

    Each run is a point, and the curves connect the means over the seeds.
    """
    programs = list(dict.fromkeys(row["program"] for row in rows))
    figure, panels = pyplot.subplots(
        1, len(protocols), figsize=(5 * len(protocols), 4), layout="constrained", sharey=True
    )
    for panel, (protocol, title) in zip(panels, protocols.items()):
        for i, program in enumerate(programs):
            draw(panel, [row for row in rows if row["program"] == program], protocol, f"C{i}")
        panel.set_title(title)
        panel.set_xscale("log")
        minutes = sorted({float(row["minutes"]) for row in rows})
        panel.set_xticks(minutes, [f"{m:g}" for m in minutes])
        panel.set_xticks([], minor=True)
        panel.set_xlabel("minutes of training")
        panel.grid(alpha=0.3)
        panel.legend()
    panels[0].set_ylabel("validation loss in nats per character")
    figure.savefig(path, dpi=100)


def draw(panel, rows: list[Row], protocol: str, colour: str) -> None:
    """Draws one program's runs."""
    runs: dict[float, list[tuple[float, float]]] = {}  # by the minutes that were asked for
    for row in rows:
        if math.isfinite(loss := float(row[protocol])):
            point = float(row["seconds"]) / 60, loss
            runs.setdefault(float(row["minutes"]), []).append(point)
    if runs:
        points = [point for _, same in sorted(runs.items()) for point in same]
        panel.plot(*zip(*points), "o", color=colour, markersize=4, label=rows[0]["program"])
        means = [tuple(map(mean, zip(*same))) for _, same in sorted(runs.items())]
        panel.plot(*zip(*means), "-", color=colour)
