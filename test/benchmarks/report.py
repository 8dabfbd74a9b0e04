"""Comparisons and figures as a table in Markdown."""

from collections.abc import Iterable, Mapping
from statistics import median

from measure import Comparison, Figure

_HEAD = "measured | value | floor | ratio or difference (middle half of the rounds) | target | held"


def table(rows: Iterable[Comparison | Figure]) -> str:
    """A row for each comparison, and for each figure, which leaves the floor's cells empty."""
    return "\n".join([_HEAD, _line(_HEAD), *(" | ".join(_cells(row)).rstrip() for row in rows)])


def _line(head: str) -> str:
    return " | ".join("---" for _ in head.split(" | "))


def _cells(row: Comparison | Figure) -> list[str]:
    target, unit = row.target, row.unit
    if isinstance(row, Figure):
        measured = [f"{_rounded(row.value)} {unit}", "", ""]
        result, bound = row.value, f"{_rounded(target.bound)} {unit}" if target else ""
    else:
        measured = [*(f"{_rounded(median(numbers))} {unit}" for numbers in (row.ours, row.floor)), _result(row)]
        result, bound = row.result, f"{target.bound:.2f}{f' {unit}' if row.difference else ''}" if target else ""
    verdict = [f"{target.kind} {bound}", "yes" if target.holds(result) else "no"] if target else ["", ""]
    return [row.what, *measured, *verdict]


def _result(comparison: Comparison) -> str:
    unit = comparison.unit
    low, high = comparison.spread
    if comparison.difference:
        return f"**{comparison.result:+.2f} {unit}** ({low:+.2f} to {high:+.2f})"
    return f"**{comparison.result:.2f}** ({low:.2f} to {high:.2f})"


def _rounded(number: float) -> str:
    """Three digits, or all before the point."""
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def layer_table(profiles: Mapping[str, Mapping[str, float]]) -> str:
    """A row for each layer with the microseconds that it has of a call, and the sums."""
    rows = [[layer, *(profile[layer] for profile in profiles.values())] for layer in next(iter(profiles.values()))]
    rows.append(["**all**", *(sum(profile.values()) for profile in profiles.values())])
    head = " | ".join(["µs of a warm call", *profiles])
    return "\n".join(
        [head, _line(head), *(" | ".join([str(layer), *(f"{number:.0f}" for number in row)]) for layer, *row in rows)]
    )
