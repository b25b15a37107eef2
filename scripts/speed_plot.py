"""Plots the measurements of compare_speed.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

Row = dict[str, object]  # of speed.csv

CURVES = {"lengths": "sequence length", "hidden": "hidden size", "batches": "batch size"}
Panel = tuple[str, Callable[[object], None]]  # the title, and a function that draws the panel


def plot(rows: list[Row], reference: str, path: Path) -> None:
    """Draws a panel for each measured group, and panels for startup time and memory.

    Step times are plotted relative to those of the program `reference`.
    """
    programs = list(dict.fromkeys(str(row["program"]) for row in rows))
    colours = {program: f"C{i}" for i, program in enumerate(programs)}
    panels = list(all_panels(rows, reference, colours))
    grid_columns = min(3, len(panels))
    grid_rows = -(-len(panels) // grid_columns)
    figure, grid = pyplot.subplots(
        grid_rows,
        grid_columns,
        figsize=(5 * grid_columns, 4 * grid_rows),
        layout="constrained",
        squeeze=False,
    )
    for panel, (title, draw) in zip(grid.flat, panels):
        draw(panel)
        panel.set_title(title)
        panel.legend(ncols=2)
    for panel in list(grid.flat)[len(panels) :]:
        panel.set_axis_off()
    figure.savefig(path, dpi=100)


def all_panels(rows: list[Row], reference: str, colours: dict[str, str]) -> Iterator[Panel]:
    def rows_of_group(group: str) -> list[Row]:
        return [row for row in rows if row["group"] == group]

    def bars(
        group: str, value: Callable[[list[Row]], float], scale: str = "linear"
    ) -> Callable[[object], None]:
        return lambda panel: draw_bars(panel, rows_of_group(group), value, colours, scale)

    def relative_time(case: list[Row]) -> float:
        case_of_reference = rows_of_program(rows_of_case(rows, case[0]["name"]), reference)
        return seconds(case) / seconds(case_of_reference)

    if rows_of_group("shapes"):
        title = f"training: step time relative to {reference}"
        yield title, bars("shapes", relative_time, "log")
        yield "training: seconds to the first step", bars("shapes", first_value("startup_seconds"))
        yield "training: peak memory in MiB", bars("shapes", first_value("peak_mebibytes"))
    for group, label in CURVES.items():
        if rows_of_group(group):
            yield (
                "training: characters per second",
                lambda panel, group=group, label=label: draw_curves(
                    panel, rows_of_group(group), label, colours
                ),
            )
    if rows_of_group("generation"):
        title = "generation: characters per second"
        yield title, bars("generation", characters_per_second, "log")


def rows_of_case(rows: list[Row], name: object) -> list[Row]:
    return [row for row in rows if row["name"] == name]


def rows_of_program(rows: list[Row], program: str) -> list[Row]:
    return [row for row in rows if row["program"] == program]


def seconds(rows: list[Row]) -> float:
    """Returns the median time per step."""
    return median(float(row["seconds_of_a_step"]) for row in rows)


def characters_per_second(rows: list[Row]) -> float:
    return int(rows[0]["batch"]) * (int(rows[0]["sequence"]) or 1) / seconds(rows)


def first_value(column: str) -> Callable[[list[Row]], float]:
    """Returns a function that reads a column which is the same in all rows of a program."""
    return lambda rows: float(rows[0][column] or 0)


def draw_bars(
    panel,
    rows: list[Row],
    value: Callable[[list[Row]], float],
    colours: dict[str, str],
    scale: str,
) -> None:
    names = list(dict.fromkeys(str(row["name"]) for row in rows))
    labelled = set()
    for position, name in enumerate(names):
        case = rows_of_case(rows, name)
        programs = [program for program in colours if rows_of_program(case, program)]
        width = 0.8 / len(programs)
        for i, program in enumerate(programs):
            label = None if program in labelled else program
            labelled.add(program)
            left = position - 0.4 + i * width
            height = value(rows_of_program(case, program))
            panel.bar(left, height, width, align="edge", color=colours[program], label=label)
    panel.set_xticks(range(len(names)), names)
    panel.set_yscale(scale)
    panel.margins(y=0.6)  # room for the legend


def draw_curves(panel, rows: list[Row], label: str, colours: dict[str, str]) -> None:
    names = list(dict.fromkeys(str(row["name"]) for row in rows))
    for program, colour in colours.items():
        points = [
            (int(name.split()[1]), characters_per_second(measured))
            for name in names
            if (measured := rows_of_program(rows_of_case(rows, name), program))
        ]
        if points:
            panel.plot(*zip(*points), "o-", color=colour, label=program)
    panel.set_xscale("log", base=2)
    panel.set_yscale("log")
    panel.set_xlabel(label)
