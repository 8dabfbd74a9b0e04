"""The schema ValidationError."""

from openapi_client.model_utils import ModelNormal


class ValidationError(ModelNormal):
    """One thing in a request that was refused."""

    loc: list[str | int]
    """The keys and indices that lead to it, from `"body"` on."""
    msg: str
    type: str
    """The kind of refusal, as a word for programs."""
