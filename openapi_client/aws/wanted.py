"""The purpose of keys: a place in S3 or a dataset, and reading or writing there."""

from typing import NamedTuple, cast

from openapi_client.aws.dataset import Dataset, is_same_place
from openapi_client.aws.handle import dataset_id_of, handle_in
from openapi_client.aws.location import Access, Place, access_of, location_of, uri_of
from openapi_client.exceptions import ApiTypeError, ApiValueError
from openapi_client.model.credentials_request import CredentialsRequest
from openapi_client.model.s3_location import S3Location


class Wanted(NamedTuple):
    """The purpose of keys.

    Attributes:
        location: The place in S3; None if a dataset alone is named, whose place the registry knows.
        access: Whether to read, or to write as well.
        dataset_id: The dataset's bare handle, or None.
    """

    location: S3Location | None
    access: Access
    dataset_id: str | None

    @classmethod
    def meant(cls, place: Place | None, access: str, dataset_id: str | None) -> "Wanted":
        """Make it of what a user gives.

        Raises:
            ApiTypeError: If neither a place nor a dataset is given.
            ApiValueError: If one of the three is not what it should be, or two datasets are named.
        """
        if place is None and dataset_id is None:
            raise ApiTypeError("Give a place, 's3://bucket/path/' or 'hdl:10378.1/1234567', or a dataset_id")
        given = None if dataset_id is None else dataset_id_of(dataset_id)
        handle = handle_in(place)
        if handle is not None and given not in {None, handle}:
            raise ApiValueError(f"Two datasets are named, hdl:{handle} and hdl:{given}: give one")
        location = None if place is None or handle is not None else location_of(place)
        return cls(location, access_of(access), given or handle)

    @property
    def place(self) -> str:
        """The place as a user would write it."""
        return f"hdl:{self.dataset_id}" if self.location is None else uri_of(self.location)

    def request(self, dataset: Dataset | None, *, console: bool) -> CredentialsRequest:
        """Return the body that asks for keys.

        Servers that know datasets by their id take `dataset_id`; those of the document ignore it.

        Args:
            dataset: The dataset as the registry has it; None for a place in S3.
            console: Whether to ask for a sign-in link too.
        """
        request = CredentialsRequest(s3_location=self.opened(dataset), console_session_required=console)
        if self.dataset_id is not None:
            request["dataset_id"] = self.dataset_id
        return request

    def opened(self, dataset: Dataset | None) -> S3Location:
        """Return the place that the keys open.

        Args:
            dataset: The dataset as the registry has it; None for a place in S3.
        """
        return cast("S3Location", self.location) if dataset is None else dataset.location

    def described(self, dataset: Dataset | None) -> str:
        """Return the words for what the keys open, with the dataset and its place as far as they are known.

        Args:
            dataset: The dataset as the registry has it; None for a place in S3, or if it is not known yet.
        """
        if dataset is None:
            return str(self)
        return f"{dataset} at {uri_of(dataset.location)} ({self.access})"

    def bounds(self, dataset: Dataset | None) -> str:
        """Return the words for the place outside of which the keys open nothing.

        Args:
            dataset: The dataset as the registry has it; None for a place in S3.
        """
        whole = f"{uri_of(self.opened(dataset))}, which is all that these keys open"
        if dataset is None:
            return whole
        if self.location is not None and not is_same_place(self.location, dataset.location):
            return f"{whole}: it is the place of the dataset {dataset}, and {uri_of(self.location)} is not"
        return f"{whole}: it is the place of the dataset {dataset}"

    def __str__(self) -> str:
        both = f"{self.place} of hdl:{self.dataset_id}" if self.location is not None and self.dataset_id else self.place
        return f"{both} ({self.access})"
