"""An outage lasts as long as the last of its contexts."""

import pytest

from openapi_client.sandbox.outage import Outage


def test_outage_lasts_as_long_as_its_contexts() -> None:
    """Contexts may overlap, and end by an error."""
    outage = Outage()
    assert not outage
    with outage.lasting():
        with pytest.raises(ZeroDivisionError), outage.lasting():
            _ = 1 / 0
        assert outage
    assert not outage
