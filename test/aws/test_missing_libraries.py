"""Adapters whose library is not installed: the error names it, and the extra that brings it."""

import importlib
import sys

import pytest

# What is imported anew: libraries whole, and the adapters that import them.
OURS = {
    f"openapi_client.aws.{name}"
    for name in ("boto3", "_botocore", "aiobotocore", "_aiobotocore", "s3fs", "obstore", "presigning")
}
LIBRARIES = {"aiobotocore", "boto3", "botocore", "obstore", "s3fs"}


class Absence:
    """Has a module be one that is not installed."""

    def __init__(self, missing: str) -> None:
        self._missing = missing

    def find_spec(self, name: str, *_: object) -> None:
        """Leaves all others to who comes next."""
        if name == self._missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@pytest.mark.parametrize(
    ("adapter", "missing", "extra"),
    [
        ("boto3", "boto3", "boto3"),
        ("boto3", "botocore", "boto3"),
        ("boto3", "botocore.session", None),
        ("aiobotocore", "aiobotocore", "s3fs"),
        ("aiobotocore", "aiobotocore.config", None),
        ("s3fs", "aiobotocore", "s3fs"),
        ("s3fs", "s3fs", "s3fs"),
        ("s3fs", "s3fs.core", None),
        ("presigning", "botocore", "boto3"),
        ("obstore", "obstore", "obstore"),
        ("obstore", "obstore._obstore", None),
    ],
)
def test_missing_library_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, adapter: str, missing: str, extra: str | None
) -> None:
    """A part of one that is missing speaks for itself."""
    for name in [name for name in sys.modules if name in OURS or name.partition(".")[0] in LIBRARIES]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Absence(missing), *sys.meta_path])
    with pytest.raises(ImportError) as caught:
        importlib.import_module(f"openapi_client.aws.{adapter}")
    ours = f'This needs {missing}, which is not installed: pip install "openapi-client[{extra}]"'
    assert str(caught.value) == (ours if extra else f"No module named {missing!r}")
