"""The schema ValidationError."""

from openapi_client.exceptions import ApiAttributeError as ApiAttributeError
from openapi_client.exceptions import ApiTypeError as ApiTypeError
from openapi_client.model_utils import ModelNormal


class ValidationError(ModelNormal):
    """One thing in a request that was refused."""

    loc: list[str | int]
    """Where it stands: the keys and indices that lead to it."""
    msg: str
    """Why it was refused."""
    type: str
    """The kind of refusal, as a word for programs."""
