"""Draws what compare_speed.py measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

Line = dict[str, object]  # of speed.csv

CURVES = {"lengths": "sequence length", "hidden": "hidden size", "batches": "batch size"}
Panel = tuple[str, Callable[[object], None]]  # a title, and what draws it


def plot(lines: list[Line], ours: str, path: Path) -> None:
    """Draws a panel for each group that was measured, and what the programs need."""
    programs = list(dict.fromkeys(str(line["program"]) for line in lines))
    colours = {program: f"C{i}" for i, program in enumerate(programs)}
    panels = list(all_panels(lines, ours, colours))
    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    figure, grid = pyplot.subplots(
        rows, columns, figsize=(5 * columns, 4 * rows), layout="constrained", squeeze=False
    )
    for panel, (title, draw) in zip(grid.flat, panels):
        draw(panel)
        panel.set_title(title)
        panel.legend()
    for panel in list(grid.flat)[len(panels) :]:
        panel.set_axis_off()
    figure.savefig(path, dpi=100)


def all_panels(lines: list[Line], ours: str, colours: dict[str, str]) -> Iterator[Panel]:
    def of(group: str) -> list[Line]:
        return [line for line in lines if line["group"] == group]

    def bars(group: str, value: Callable[[list[Line]], float]) -> Callable[[object], None]:
        return lambda panel: draw_bars(panel, of(group), value, colours)

    def over_ours(case: list[Line]) -> float:
        return seconds(case) / seconds(of_program(of_case(lines, case[0]["name"]), ours))

    if of("shapes"):
        yield f"a training step: time over {ours}'s", bars("shapes", over_ours)
        yield "training: seconds to the first step", bars("shapes", need("startup_seconds"))
        yield "training: MiB of memory at most", bars("shapes", need("peak_mebibytes"))
    for group, label in CURVES.items():
        if of(group):
            yield (
                "training: characters a second",
                lambda panel, group=group, label=label: draw_curves(
                    panel, of(group), label, colours
                ),
            )
    if of("generation"):
        yield "writing: characters a second", bars("generation", speed)


def of_case(lines: list[Line], name: object) -> list[Line]:
    return [line for line in lines if line["name"] == name]


def of_program(lines: list[Line], program: str) -> list[Line]:
    return [line for line in lines if line["program"] == program]


def seconds(lines: list[Line]) -> float:
    """Of a step, in the median round."""
    return median(float(line["seconds_of_a_step"]) for line in lines)


def speed(lines: list[Line]) -> float:
    """Characters read or written in a second."""
    return int(lines[0]["batch"]) * (int(lines[0]["sequence"]) or 1) / seconds(lines)


def need(column: str) -> Callable[[list[Line]], float]:
    return lambda lines: float(lines[0][column] or 0)


def draw_bars(
    panel, lines: list[Line], value: Callable[[list[Line]], float], colours: dict[str, str]
) -> None:
    names = list(dict.fromkeys(str(line["name"]) for line in lines))
    labelled = set()
    for place, name in enumerate(names):
        case = of_case(lines, name)
        programs = [program for program in colours if of_program(case, program)]
        width = 0.8 / len(programs)
        for i, program in enumerate(programs):
            label = None if program in labelled else program
            labelled.add(program)
            left = place - 0.4 + i * width
            height = value(of_program(case, program))
            panel.bar(left, height, width, align="edge", color=colours[program], label=label)
    panel.set_xticks(range(len(names)), names)
    panel.margins(y=0.4)  # room for the legend


def draw_curves(panel, lines: list[Line], label: str, colours: dict[str, str]) -> None:
    names = list(dict.fromkeys(str(line["name"]) for line in lines))
    for program, colour in colours.items():
        points = [
            (int(name.split()[1]), speed(measured))
            for name in names
            if (measured := of_program(of_case(lines, name), program))
        ]
        if points:
            panel.plot(*zip(*points), "o-", color=colour, label=program)
    panel.set_xscale("log", base=2)
    panel.set_yscale("log")
    panel.set_xlabel(label)
