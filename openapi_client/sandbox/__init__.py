"""A registry and an S3 store on this machine, to try the client and to test with.

```python
from openapi_client.sandbox import Sandbox

with Sandbox() as sandbox:
    sandbox.put_object("team-a/hello.txt", b"hello")
    print(sandbox.environment())
```
"""

from openapi_client._requirements import from_extra

with from_extra("sandbox"):
    from openapi_client.sandbox.sandbox import Sandbox

from openapi_client.sandbox.errors import SandboxError

__all__ = ["Sandbox", "SandboxError"]
