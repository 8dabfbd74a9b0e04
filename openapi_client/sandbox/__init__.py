"""A registry and an S3 store on this machine, to try the client and to test with.

```python
from openapi_client.sandbox import Sandbox

with Sandbox() as sandbox:
    sandbox.put_object("team-a/hello.txt", b"hello")
    print(sandbox.environment())
```
"""

try:
    from openapi_client.sandbox.sandbox import Sandbox
except ModuleNotFoundError as _missing:
    if _missing.name is None or _missing.name.startswith("openapi_client"):
        raise
    raise ImportError(
        f'The sandbox needs {_missing.name}, which is not installed: pip install "openapi-client[sandbox]"',
        name=_missing.name,
    ) from _missing

from openapi_client.sandbox.errors import SandboxError

__all__ = ["Sandbox", "SandboxError"]
