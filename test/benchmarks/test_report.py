"""The tables of the report."""

from measure import Comparison, Figure, Target
from report import layer_table, table


def test_table_has_medians_ratio_spread_and_target() -> None:
    """Each comparison is a row; one without a target leaves those cells empty."""
    rows = table(
        [
            Comparison("slow", "µs", [100, 100, 100], [110, 120, 130], Target("≤", 0.9)),
            Comparison("fast", "calls/s", [1000.4], [1100.4], Target("≥", 1.1)),
            Comparison("import", "ms", [10], [12.345], Target("≤", 5), difference=True),
            Comparison("aside", "MB", [2], [1]),
        ]
    ).splitlines()
    assert rows[0].count(" | ") == rows[1].count(" | ") == 5
    assert rows[2:] == [
        "slow | 120 µs | 100 µs | **1.20** (1.15 to 1.25) | ≤ 0.90 | no",
        "fast | 1100 calls/s | 1000 calls/s | **1.10** (1.10 to 1.10) | ≥ 1.10 | no",
        "import | 12.3 ms | 10 ms | **+2.35 ms** (+2.35 to +2.35) | ≤ 5.00 ms | yes",
        "aside | 1 MB | 2 MB | **0.50** (0.50 to 0.50) |  |",
    ]


def test_figure_is_a_row_without_floor() -> None:
    """What has no floor has a value, its target in the same unit, and empty cells between."""
    rows = table(
        [
            Figure("counted", 11, "requests", Target("≤", 11)),
            Figure("high", 1000.4, "µs", Target("≤", 999)),
            Figure("none", 0, "threads", Target("≤", 0)),
            Figure("aside", 0.0312, "%"),
        ]
    ).splitlines()
    assert rows[2:] == [
        "counted | 11 requests |  |  | ≤ 11 requests | yes",
        "high | 1000 µs |  |  | ≤ 999 µs | no",
        "none | 0 threads |  |  | ≤ 0 threads | yes",
        "aside | 0.0312 % |  |  |  |",
    ]


def test_layer_table_sums_up() -> None:
    """Each layer is a row, and the last is their sum."""
    assert layer_table({"floor": {"a": 1.2, "b": 2.3}, "client": {"a": 0, "b": 4}}).splitlines() == [
        "µs of a warm call | floor | client",
        "--- | --- | ---",
        "a | 1 | 0",
        "b | 2 | 4",
        "**all** | 4 | 4",
    ]
