"""What a credential source costs: the rows, and the counts that no machine's speed changes."""

import keys
from measure import Figure


def test_one_request_is_made_for_each_lifetime() -> None:
    """Neither the threads of one process nor those of several ask the registry twice for the same keys."""
    rows = {row.what: row for row in keys.compare(keys.QUICK)}
    assert len(rows) == 9
    counted = [row for row in rows.values() if isinstance(row, Figure) and row.unit == "requests"]
    assert len(counted) == 2
    for row in counted:
        assert row.target
        assert row.value == row.target.bound >= 2
    threads = rows["threads of many sources"]
    assert isinstance(threads, Figure)
    assert threads.value == 0
