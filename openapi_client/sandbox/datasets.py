"""The datasets of a registry of the later generation: where their files are, and what the user may do with them."""

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from openapi_client.sandbox.policy import Access, normal_path

Role = Literal["metadata-read", "metadata-write", "dataset-data-read", "dataset-data-write", "admin"]
"""The rights that a user may have on a dataset."""

ALL_ROLES: Final[tuple[Role, ...]] = get_args(Role)

DATA_ROLES: Final[tuple[Role, ...]] = ("metadata-read", "dataset-data-read", "dataset-data-write")
"""The roles of a user who may read a dataset's description, and read and write its files."""

_GRANTS: Final[dict[Access, frozenset[Role]]] = {
    "read": frozenset({"dataset-data-read", "dataset-data-write", "admin"}),
    "write": frozenset({"dataset-data-write", "admin"}),
}


@dataclass(frozen=True)
class Dataset:
    """One dataset, as one user sees it."""

    dataset_id: str
    """Its handle, such as `10378.1/1234567`."""
    display_name: str
    """Its title, for people."""
    roles: tuple[Role, ...]
    """The user's rights."""
    is_locked: bool
    """Whether nobody may write, until it is unlocked."""
    is_released: bool
    """Whether it is in review or released, so that nobody may write any more."""

    @property
    def path(self) -> str:
        """The prefix of the keys of its files, with a slash at its end."""
        return f"datasets/{self.dataset_id.replace('.', '-').replace('/', '-')}/"

    @property
    def is_visible(self) -> bool:
        """Whether the user may know of it."""
        return bool({"metadata-read", "admin"}.intersection(self.roles))

    def grants(self, access: Access) -> bool:
        """Whether the user may read or write its files, locks and releases aside."""
        return bool(_GRANTS[access].intersection(self.roles))


class Datasets:
    """Those that were added; any thread may call it."""

    def __init__(self) -> None:
        self._by_id: dict[str, Dataset] = {}
        self._lookups: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(
        self, dataset_id: str, display_name: str, *, roles: Iterable[Role], is_locked: bool, is_released: bool
    ) -> Dataset:
        """Add a dataset, or replace the one that has the same id.

        Raises:
            ValueError: If the id is not the bare handle of a dataset, or a role is unknown.
        """
        prefix, slash, suffix = dataset_id.partition("/")
        if not (prefix and slash and suffix) or dataset_id.split() != [dataset_id] or ":" in prefix:
            raise ValueError(f"dataset_id is {dataset_id!r}: give a handle such as '10378.1/1234567'.")
        normal_path(suffix)
        chosen = tuple(roles)
        if unknown := [role for role in chosen if role not in ALL_ROLES]:
            raise ValueError(f"There is no role {unknown[0]!r}, only {', '.join(ALL_ROLES)}.")
        dataset = Dataset(dataset_id, display_name, chosen, is_locked, is_released)
        with self._lock:
            self._by_id[dataset_id] = dataset
        return dataset

    def find(self, dataset_id: str) -> Dataset | None:
        """Return the dataset that has exactly this id, or None."""
        return self._by_id.get(dataset_id)

    def looked_up(self, dataset_id: str) -> None:
        """Count one request for the description of a dataset."""
        with self._lock:
            self._lookups[dataset_id] += 1

    def lookups(self) -> Counter[str]:
        """Return how often each id was looked up, as a copy."""
        with self._lock:
            return self._lookups.copy()
