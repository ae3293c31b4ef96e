"""Measure everything that has a `bench_*.py` beside this file, and print one table."""

import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(chosen: list[str]) -> None:
    """Run the benchmarks whose names are given, or all; `command_line` is bench_command_line.py."""
    sys.path.insert(0, str(HERE.parents[1]))
    from tests.benchmarks.table import Row

    names = chosen or sorted(p.stem.removeprefix("bench_") for p in HERE.glob("bench_*.py"))
    measured: list[Row] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr)
        measured += import_module(f"tests.benchmarks.bench_{name}").rows()

    table = [("what", "measured", "promised")]
    table += [(row.what, row.measured, row.promised) for row in measured]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print(" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))


if __name__ == "__main__":
    main(sys.argv[1:])
