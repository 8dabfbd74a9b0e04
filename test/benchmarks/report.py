"""Comparisons as a table in Markdown."""

from collections.abc import Iterable, Mapping
from statistics import median

from measure import Comparison

_HEAD = "measured | value | floor | ratio or difference (middle half of the rounds) | target | held"


def table(comparisons: Iterable[Comparison]) -> str:
    """A row for each comparison."""
    return "\n".join([_HEAD, _line(_HEAD), *map(_row, comparisons)])


def _line(head: str) -> str:
    return " | ".join("---" for _ in head.split(" | "))


def _row(comparison: Comparison) -> str:
    target, unit = comparison.target, comparison.unit
    low, high = comparison.spread
    if comparison.difference:
        result = f"**{comparison.result:+.2f} {unit}** ({low:+.2f} to {high:+.2f})"
    else:
        result = f"**{comparison.result:.2f}** ({low:.2f} to {high:.2f})"
    cells = [
        comparison.what,
        *(f"{_rounded(median(numbers))} {unit}" for numbers in (comparison.ours, comparison.floor)),
        result,
        f"{target.kind} {target.bound:.2f}{f' {unit}' if comparison.difference else ''}" if target else "",
        ("yes" if target.holds(comparison.result) else "no") if target else "",
    ]
    return " | ".join(cells).rstrip()


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
