"""The endpoints of the later generation: credentials by a dataset's id, and the description of a dataset."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, HTTPException, params

from openapi_client.sandbox.datasets import Dataset, Datasets
from openapi_client.sandbox.mint import Mint
from openapi_client.sandbox.policy import Access
from openapi_client.sandbox.schemas import CredentialResponse, DatasetCredentialsRequest

_VERBS: Final[dict[Access, str]] = {"read": "read from", "write": "write to"}


def add_dataset_endpoints(
    router: APIRouter, datasets: Datasets, mint: Mint, writing: Sequence[params.Depends] = ()
) -> None:
    """Add the endpoints to a router.

    Args:
        router: Has the prefix and the dependencies of the registry.
        datasets: What the registry knows.
        mint: Where credentials come from.
        writing: Further dependencies of the endpoint for writing.
    """

    @router.post("/credentials/generate-read-access-credentials", operation_id="generate_read_access_credentials")
    def generate_read_access_credentials(  # pyright: ignore[reportUnusedFunction] - the router calls it
        credentials_request: DatasetCredentialsRequest,
    ) -> CredentialResponse:
        """Return credentials that list the bucket and read the dataset's files."""
        return _answer(credentials_request, "read", datasets, mint)

    @router.post(
        "/credentials/generate-write-access-credentials",
        operation_id="generate_write_access_credentials",
        dependencies=writing,
    )
    def generate_write_access_credentials(  # pyright: ignore[reportUnusedFunction] - the router calls it
        credentials_request: DatasetCredentialsRequest,
    ) -> CredentialResponse:
        """Return credentials that list the bucket, and read, write and delete the dataset's files."""
        return _answer(credentials_request, "write", datasets, mint)

    @router.get("/items/fetch-dataset", operation_id="fetch_dataset")
    def fetch_dataset(  # pyright: ignore[reportUnusedFunction] - the router calls it
        handle_id: str,
    ) -> dict[str, object]:
        """Return what the registry knows of a dataset."""
        datasets.looked_up(handle_id)
        dataset = _visible(datasets, handle_id)
        bucket_name, path = mint.bucket_name, dataset.path
        return {
            "status": {"success": True, "details": f"The dataset {handle_id!r} was found."},
            "item": {
                "id": dataset.dataset_id,
                "display_name": dataset.display_name,
                "s3": {"bucket_name": bucket_name, "path": path, "s3_uri": f"s3://{bucket_name}/{path}"},
                "item_category": "ENTITY",
                "item_subtype": "DATASET",
                "release_status": "RELEASED" if dataset.is_released else "NOT_RELEASED",
            },
            "roles": list(dataset.roles),
            "locked": dataset.is_locked,
        }


def _answer(request: DatasetCredentialsRequest, access: Access, datasets: Datasets, mint: Mint) -> CredentialResponse:
    dataset = _visible(datasets, request.dataset_id)
    # The order is that of the real registry. No 401 here has a challenge: another token would not help.
    if access == "write" and dataset.is_locked:
        raise HTTPException(401, "The dataset is locked: its files cannot be changed until it is unlocked.")
    if not dataset.grants(access):
        raise HTTPException(401, f"You have no permission to {_VERBS[access]} this dataset.")
    if access == "write" and dataset.is_released:
        raise HTTPException(403, f"The dataset {dataset.dataset_id} is in review or released: its files are final.")
    return mint.credentials(dataset.path, access, console=request.console_session_required)


def _visible(datasets: Datasets, dataset_id: str) -> Dataset:
    """Return a dataset that the user may know of.

    Raises:
        HTTPException: If there is no such dataset (400), or the user has no role in it (401).
    """
    dataset = datasets.find(dataset_id)
    if dataset is None:
        raise HTTPException(400, f"There is no dataset {dataset_id!r}. Ids are bare handles such as 10378.1/1234567.")
    if not dataset.is_visible:
        raise HTTPException(401, f"The registry grants you no access to the dataset {dataset_id}.")
    return dataset
