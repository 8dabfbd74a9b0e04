"""Datasets: where the registry keeps the files of one, and what it lets the user do with them.

Registries of 2022 know places in S3 alone. Those since 2023 know datasets, and `fetch-dataset` describes one of them.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self, TypeGuard

from openapi_client._answers import stated_reason
from openapi_client._display import shown
from openapi_client.api.registry_credentials_api import READ_ACCESS
from openapi_client.aws.location import root_of, uri_of
from openapi_client.exceptions import ApiException, CredentialsException, NotFoundException, UnauthorizedException
from openapi_client.model.http_validation_error import HTTPValidationError
from openapi_client.model.s3_location import S3Location

if TYPE_CHECKING:
    from openapi_client.api_client import ApiClient
    from openapi_client.aws.identity import Login
    from openapi_client.aws.wanted import Wanted

FETCH_DATASET_PATH: Final = "/registry/items/fetch-dataset"

WRITING_ROLES: Final[frozenset[str]] = frozenset({"dataset-data-write", "admin"})
"""The roles of which one admits writing."""

_LONGEST_NAME: Final = 80

_BUCKET_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

_LOG: Final = logging.getLogger("openapi_client")


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset, as the registry describes it.

    Attributes:
        handle: Its id, such as `10378.1/1234567`.
        location: The place of its files, which its keys open.
        name: Its title, if it has one.
        roles: What the user may do with it; None if the registry does not say.
    """

    handle: str
    location: S3Location
    name: str | None = None
    roles: tuple[str, ...] | None = None

    @classmethod
    def found(cls, handle: str, bucket_name: str, path: str, name: object, roles: object) -> Self:
        """Make a dataset of what an answer, or a record, has of it."""
        path = path.rstrip("/")
        folder = f"{path}/" if path else ""
        return cls(
            handle,
            S3Location(bucket_name=bucket_name, path=path, s3_uri=f"s3://{bucket_name}/{folder}"),
            name if isinstance(name, str) and name else None,
            tuple(filter(_is_word, roles)) if isinstance(roles, list | tuple) else None,
        )

    @property
    def may_be_written(self) -> bool:
        """Whether the user's roles admit writing, as far as they are known."""
        return self.roles is None or not WRITING_ROLES.isdisjoint(self.roles)

    def record(self) -> dict[str, Any]:
        """Return the dataset as plain JSON."""
        return {
            "handle": self.handle,
            "bucket_name": self.location.bucket_name,
            "path": self.location.path,
            "name": self.name,
            "roles": None if self.roles is None else list(self.roles),
        }

    def __str__(self) -> str:
        if self.name is None:
            return f"hdl:{self.handle}"
        name = self.name if len(self.name) <= _LONGEST_NAME else f"{self.name[: _LONGEST_NAME - 1]}…"
        # The `repr` shows characters that act on a terminal escaped.
        return f"hdl:{self.handle} {name!r}"


def _is_word(role: object) -> TypeGuard[str]:
    """Whether a role is a text that can be shown: none of the others admits anything."""
    return isinstance(role, str) and role.isprintable()


def dataset_of_record(record: object) -> Dataset | None:
    """Return the dataset of a record that `Dataset.record` made, or None if the record is another one."""
    match record:
        case {
            "handle": str(handle),
            "bucket_name": str(bucket_name),
            "path": str(path),
            "name": name,
            "roles": roles,
        }:
            return Dataset.found(handle, bucket_name, path, name, roles)
    return None


class Lookup:
    """The dataset of the sources that share keys, asked for once, and again after another login."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: tuple[Login, Dataset] | None = None

    def known(self, login: "Login") -> Dataset | None:
        """Return what is known without asking, or None.

        Args:
            login: How the client logs in now.
        """
        found = self._found
        return found[1] if found is not None and found[0] == login else None

    def dataset(self, client: "ApiClient", wanted: "Wanted", login: "Login") -> Dataset | None:
        """Return the dataset that keys are wanted for, or None if they are wanted for a place in S3.

        Args:
            client: The client to ask through.
            wanted: What keys are wanted for.
            login: How the client logs in now.

        Raises:
            ApiException: If the registry refuses, could not be reached, or does not let the user write what is to be
                written.
        """
        if wanted.dataset_id is None:
            return None
        known = self.known(login)
        if known is not None and (known.may_be_written or wanted.access == "read"):
            return known
        dataset = _fetched_or_given(client, wanted.dataset_id, wanted.location)
        self._found = login, dataset
        if wanted.access == "write" and not dataset.may_be_written:
            roles = ", ".join(dataset.roles or ()) or "none"
            raise UnauthorizedException(
                401,
                f"The registry does not let you write the dataset {dataset}: your roles there are {roles}. Ask its"
                " owner for dataset-data-write, or make a source with access='read'",
            )
        return dataset


def _fetched_or_given(client: "ApiClient", handle: str, location: S3Location | None) -> Dataset:
    """Return the dataset as the registry has it; at a place that is given too, if the registry has no datasets."""
    try:
        dataset = fetched(client, handle)
    except NotFoundException:
        if location is None:
            raise
        # A registry of 2022 goes by the location, and ignores the id.
        return Dataset(handle, location)
    if location is not None and not is_same_place(location, dataset.location):
        _LOG.warning(
            "The dataset %s is at %s, not at %s as the source was told; its keys open its own place alone",
            dataset,
            uri_of(dataset.location),
            uri_of(location),
        )
    return dataset


def is_same_place(one: S3Location, other: S3Location) -> bool:
    """Whether keys for one place are keys for the other."""
    return one.bucket_name == other.bucket_name and root_of(one) == root_of(other)


def fetched(client: "ApiClient", handle: str) -> Dataset:
    """Ask the registry for a dataset.

    Args:
        client: The client to ask through.
        handle: The dataset's bare handle.

    Raises:
        CredentialsException: If the registry answers, but names no place.
        ApiException: If the registry refuses, or no whole answer came.
        ApiTypeError: If the answer is of the wrong type.
        ApiValueError: If the answer is not JSON.
    """
    try:
        # With arguments alone that the generated clients have too, since programs override this method.
        data, status, _headers = client.call_api(
            FETCH_DATASET_PATH,
            "GET",
            query_params={"handle_id": handle},
            response_type=(dict,),
            auth_settings=list(READ_ACCESS.auth),
            _return_http_data_only=False,
        )
    except NotFoundException as error:
        raise advised(
            error,
            f"The registry at {client.configuration.host} has no datasets by id (no {FETCH_DATASET_PATH}): one of 2022"
            " takes places, as in CredentialSource('s3://bucket/path/'); if it is newer, check the host",
        ) from None
    match data:
        case {
            "status": {"success": True},
            "item": {"s3": {"bucket_name": str(bucket_name), "path": str(path)}} as item,
        }:
            if _BUCKET_NAME.fullmatch(bucket_name) and path.isprintable():
                return Dataset.found(handle, bucket_name, path, item.get("display_name"), data.get("roles"))
            words = f"no bucket is called {bucket_name!r}, or no path {path!r}"
        case {"status": {"success": False} as stated}:
            words = shown(stated_reason(stated.get("details")))
        case _:
            words = "the answer has no item with a place in S3 (item.s3)"
    raise CredentialsException(status, f"The registry gives no place of the dataset hdl:{handle}: {words}")


def advised(error: ApiException, reason: str) -> ApiException:
    """Return an answer's error with words that say what to do in place of the reason phrase.

    Args:
        error: The error; its status, headers, body and data stay.
        reason: The words.
    """
    error.reason = reason
    error.args = (error.status, reason)
    return error


def asks_for_dataset_id(data: object) -> bool:
    """Whether the body of a 422 says that the request lacks a dataset's id."""
    detail = data.get("detail", None) if isinstance(data, Mapping | HTTPValidationError) else None
    entries = detail if isinstance(detail, list) else []
    return any(entry.get("loc", None) == ["body", "dataset_id"] for entry in entries if hasattr(entry, "get"))
