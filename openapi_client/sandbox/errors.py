"""What the sandbox raises when it cannot do its work."""


class SandboxError(RuntimeError):
    """A part of the sandbox did not start, or the sandbox is used while it is not running."""
