"""Each moment of a call has its layer."""

import json.decoder

import pytest
import urllib3.connectionpool
from layers import LAYERS, OTHER, layer_of

from openapi_client import model_utils

JSON = (json.decoder.__file__, "raw_decode")
URLLIB3 = (urllib3.connectionpool.__file__, "urlopen")
MODELS = (model_utils.__file__, "_from_mapping")


@pytest.mark.parametrize(
    ("stack", "layer"),
    [
        ([JSON, URLLIB3, MODELS], "`json`"),
        ([("<string>", "__init__"), ("<frozen abc>", "x"), URLLIB3, MODELS], "urllib3"),
        ([MODELS, URLLIB3], "client: models built, checked, written"),
        ([(__file__, "call")], OTHER),
        ([], OTHER),
    ],
    ids=["innermost", "helpers of it", "client", "none of these", "nothing"],
)
def test_innermost_function_with_a_layer_decides(stack: list[tuple[str, str]], layer: str) -> None:
    """What a layer calls, and belongs to none, is time of that layer."""
    assert layer_of(stack) == layer
    assert layer in LAYERS
