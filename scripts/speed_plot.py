"""Draws what compare_speed.py measured."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

Line = dict[str, object]  # of speed.csv

BARS = {
    "shapes": "a training step: time over {ours}'s",
    "generation": "writing: characters a second",
}
CURVES = {
    "lengths": ("training: characters a second", "sequence length"),
    "hidden": ("training: characters a second", "hidden size"),
    "batches": ("training: characters a second", "batch size"),
}


def plot(lines: list[Line], ours: str, path: Path) -> None:
    """Draws a panel for each group that was measured, and what all the programs need."""
    groups = [g for g in [*BARS, *CURVES] if any(line["group"] == g for line in lines)]
    needs = {
        "seconds to the first step": "startup_seconds",
        "MiB of memory at most": "peak_mebibytes",
    }
    count = len(groups) + len(needs)
    columns = min(3, count)
    rows = -(-count // columns)
    figure, grid = pyplot.subplots(
        rows, columns, figsize=(5 * columns, 4 * rows), layout="constrained", squeeze=False
    )
    panels = list(grid.flat)
    programs = list(dict.fromkeys(str(line["program"]) for line in lines))
    colours = {program: f"C{i}" for i, program in enumerate(programs)}
    for panel, group in zip(panels, groups):
        of_group = [line for line in lines if line["group"] == group]
        if group in BARS:
            draw_bars(panel, of_group, ours, colours)
            panel.set_title(BARS[group].format(ours=ours))
        else:
            draw_curves(panel, of_group, colours)
            panel.set_title(CURVES[group][0])
            panel.set_xlabel(CURVES[group][1])
        panel.legend()
    for panel, (title, column) in zip(panels[len(groups) :], needs.items()):
        draw_need(panel, lines, column, colours)
        panel.set_title(f"{title}, median of all cases")
    for panel in panels[count:]:
        panel.set_axis_off()
    figure.savefig(path, dpi=100)


def seconds(lines: list[Line], name: str, program: str) -> float | None:
    """Of a step, in the median round."""
    rounds = [
        float(line["seconds_of_a_step"])
        for line in lines
        if line["name"] == name and line["program"] == program
    ]
    return median(rounds) if rounds else None


def characters(lines: list[Line], name: str) -> int:
    """That a step reads or writes."""
    line = next(line for line in lines if line["name"] == name)
    return int(line["batch"]) * (int(line["sequence"]) or 1)


def draw_bars(panel, lines: list[Line], ours: str, colours: dict[str, str]) -> None:
    names = list(dict.fromkeys(str(line["name"]) for line in lines))
    width = 0.8 / len(colours)
    for i, (program, colour) in enumerate(colours.items()):
        for place, name in enumerate(names):
            time = seconds(lines, name, program)
            if time is None:
                continue
            is_training = lines[0]["job"] == "train"
            height = (
                time / seconds(lines, name, ours) if is_training else characters(lines, name) / time
            )
            label = program if name == names[0] else None
            panel.bar(place + i * width, height, width, color=colour, label=label)
    panel.set_xticks([place + 0.4 for place in range(len(names))], names)
    if lines[0]["job"] == "generate":
        panel.set_yscale("log")


def draw_curves(panel, lines: list[Line], colours: dict[str, str]) -> None:
    names = list(dict.fromkeys(str(line["name"]) for line in lines))
    for program, colour in colours.items():
        points = [
            (int(name.split()[1]), characters(lines, name) / time)
            for name in names
            if (time := seconds(lines, name, program)) is not None
        ]
        if points:
            panel.plot(*zip(*points), "o-", color=colour, label=program)
    panel.set_xscale("log", base=2)
    panel.set_yscale("log")


def draw_need(panel, lines: list[Line], column: str, colours: dict[str, str]) -> None:
    for program, colour in colours.items():
        needed = [
            float(line[column]) for line in lines if line["program"] == program and line[column]
        ]
        if needed:
            panel.barh(program, median(needed), color=colour)
    panel.invert_yaxis()
