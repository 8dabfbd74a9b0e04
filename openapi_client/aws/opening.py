"""The place in S3 that a source's keys open; the registry is asked for that of a dataset."""

from typing import TYPE_CHECKING

from openapi_client.aws.handle import handle_in
from openapi_client.aws.location import Access, Place, access_of, covers, location_of, name_of
from openapi_client.exceptions import ApiValueError
from openapi_client.model.s3_location import S3Location

if TYPE_CHECKING:
    from openapi_client.aws.dataset import Dataset
    from openapi_client.aws.source import CredentialSource


def known_dataset(source: "CredentialSource") -> "Dataset | None":
    """Return the dataset of a source as far as it is known without asking."""
    keys = source._shared.keys
    return source._shared.lookup.known(source._minter.login()) if keys is None else keys.dataset


def is_located(source: "CredentialSource") -> bool:
    """Whether the place is known, so that no question about it asks the registry."""
    return source.dataset_id is None or known_dataset(source) is not None


def opened_dataset(source: "CredentialSource") -> "Dataset | None":
    """Return the dataset of a source, or None if a place in S3 was named.

    Raises:
        ApiException: If the dataset is not known yet, and the registry refuses or could not be reached.
    """
    if source.dataset_id is None:
        return None
    # It comes with the keys: they share what is remembered of answers and refusals, in memory and on disk.
    return known_dataset(source) or source._obtained(None).dataset


def opened_location(source: "CredentialSource") -> S3Location:
    """Return the place in S3 that the keys open.

    Raises:
        ApiException: If the dataset is not known yet, and the registry refuses or could not be reached.
    """
    return source._wanted.opened(opened_dataset(source))


def is_covered(source: "CredentialSource", place: Place) -> bool:
    """Whether the keys open a place; that of a dataset is covered by the sources of the same dataset.

    Raises:
        ApiValueError: If it is no place.
        ApiException: If the dataset is not known yet, and the registry refuses or could not be reached.
    """
    handle = handle_in(place)
    if handle is not None:
        return handle == source.dataset_id
    part = location_of(place)
    return covers(opened_location(source), part)


def check(source: "CredentialSource", place: Place, access: Access) -> None:
    """Refuse what S3 would refuse with the keys of a source, in words that name both places.

    Raises:
        ApiValueError: If the keys do not open the place, or it is to be written and they only read.
        ApiException: If the dataset is not known yet, and the registry refuses or could not be reached.
    """
    name, wanted = name_of(place), source._wanted
    if access_of(access) == "write" and wanted.access != "write":
        raise ApiValueError(
            f"{name} cannot be written with keys that read {wanted.place}: make a source with access='write'"
        )
    if not is_covered(source, place):
        raise ApiValueError(f"{name} is outside {wanted.bounds(opened_dataset(source))}")
