"""One request for keys: what is sent, and what the answer is worth."""

import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from openapi_client._display import shown
from openapi_client._masking import without_inner_frames
from openapi_client.api_client import ApiClient
from openapi_client.apis import RegistryCredentialsApi
from openapi_client.auth.asking import problem_with
from openapi_client.aws.cached import CacheKey
from openapi_client.aws.dataset import Dataset, Lookup, advised, asks_for_dataset_id
from openapi_client.aws.identity import Login, login_name_of, login_of, login_proof_of, user_of
from openapi_client.aws.keys import Keys, unusable_part, with_offset
from openapi_client.aws.lifetime import Clock, Life, Reading, bounded, is_disputed, left_at
from openapi_client.aws.location import root_of
from openapi_client.aws.operation import response_of
from openapi_client.aws.wanted import Wanted
from openapi_client.exceptions import CredentialsException, UnprocessableEntityException
from openapi_client.model.credential_response import CredentialResponse

_LOG: Final = logging.getLogger("openapi_client")


class Minter(NamedTuple):
    """The parts of a source that a renewal needs: client, place, clock; the user and the API if they are given."""

    client: ApiClient
    wanted: Wanted
    clock: Clock
    lookup: Lookup
    name: str | None = None
    api: object = None

    def login(self) -> Login:
        """How the client logs in now."""
        return login_of(self.client)

    def user(self) -> str:
        """Return who asks, as `identity` tells users apart."""
        return user_of(self.client, self.name)

    def login_name(self) -> str:
        """Return the name of the login that asks; empty where it has none."""
        return login_name_of(self.client)

    def login_proof(self) -> str:
        """Return what tells the login from another one under the same name."""
        return login_proof_of(self.client)

    def mint(self, user: str) -> Keys:
        """Keys that the registry makes now."""
        return minted(self, user)

    def console_link(self) -> str:
        """A sign-in link to the AWS console that the registry makes now."""
        return console_link(self)

    def dataset(self) -> Dataset | None:
        """The dataset that keys are wanted for, as the registry has it; None for a place in S3."""
        return self.lookup.dataset(self.client, self.wanted, self.login())

    def cache_key(self, user: str) -> CacheKey:
        """What a cache keeps such keys under."""
        location, access, dataset_id = self.wanted
        bucket_name, path = ("", "") if location is None else (location.bucket_name, root_of(location))
        host = self.client.configuration.host.rstrip("/")
        return CacheKey(host, user, bucket_name, path, access, dataset_id or "")


@without_inner_frames
def minted(minter: Minter, user: str) -> Keys:
    """Keys that the registry makes now.

    Raises:
        CredentialsException: The registry answered, but gave no keys that can be used.
        ApiException: The registry refused, or no whole answer came.
        ApiTypeError: A value in the answer is of the wrong type.
        ApiValueError: The request cannot be sent, or the answer is not what it should be.
    """
    dataset = minter.dataset()
    asked = Reading.of(minter.clock)
    response, date = _answer(minter, dataset, console=False)
    answered = Reading.of(minter.clock)
    credentials = with_offset(response.credentials)
    if part := unusable_part(credentials):
        what = minter.wanted.described(dataset)
        raise CredentialsException(
            200, f"The registry gave keys for {what} that no request can carry: {part} is empty or malformed"
        )
    left = left_at(asked, answered, date, credentials.expiry)
    keys = Keys(credentials, Life.of(asked, left, left), user, dataset=dataset)
    if keys.life.left_seconds(answered) <= 0:
        what, end = minter.wanted.described(dataset), credentials.expiry.isoformat()
        raise CredentialsException(
            200,
            f"The registry gave keys for {what} that have ended already, at {end}; if"
            " they have not, this machine's clock is wrong",
        )
    if date is not None and is_disputed(asked, answered, date, credentials.expiry):
        _warn_of_clocks(date, answered.wall, minter.wanted.described(dataset))
    return keys


def _warn_of_clocks(date: datetime, wall: float, what: str) -> None:
    """Log that keys are used though one of two clocks calls them ended."""
    here = datetime.fromtimestamp(wall, UTC)
    apart = timedelta(seconds=round(abs((date - here).total_seconds())))
    _LOG.warning(
        "The clocks of the registry and of this machine differ by %s: the registry's says %s, this machine's %s. By one"
        " of them the keys for %s have ended; they are used. Check this machine's clock: S3 refuses a machine that is"
        " more than 15 minutes off",
        apart,
        date.astimezone(UTC).isoformat(sep=" ", timespec="seconds"),
        here.isoformat(sep=" ", timespec="seconds"),
        what,
    )


@without_inner_frames
def console_link(minter: Minter) -> str:
    """A sign-in link to the AWS console that the registry makes now; its errors are those of `minted`."""
    dataset = minter.dataset()
    response, _date = _answer(minter, dataset, console=True)
    link = response.console_session_url
    if link is None or not link.strip():
        raise CredentialsException(200, f"The registry gave no console link for {minter.wanted.described(dataset)}")
    if problem_with(link):
        what = minter.wanted.described(dataset)
        raise CredentialsException(200, f"The registry gave a malformed console link for {what}")
    return link


def _answer(minter: Minter, dataset: Dataset | None, *, console: bool) -> tuple[CredentialResponse, datetime | None]:
    """The registry's answer, which claims success, and its `Date`."""
    wanted = minter.wanted
    api = RegistryCredentialsApi(minter.client) if minter.api is None else minter.api
    try:
        answer = response_of(api, wanted.access, wanted.request(dataset, console=console))
    except UnprocessableEntityException as error:
        if not asks_for_dataset_id(error.data):
            raise
        raise advised(
            error,
            f"The registry at {minter.client.configuration.host} gives keys for datasets, not for {wanted.place}: name"
            " the dataset by its handle, as in CredentialSource('hdl:10378.1/1234567')",
        ) from None
    except CredentialsException as error:
        failure = CredentialsException(error.status, f"{error.reason} (for {wanted.described(dataset)})")
        cause = error.__cause__
    else:
        if answer.data.status.success:
            return answer.data, _date((answer.headers or {}).get("Date"))
        words = f"The registry gave no keys for {wanted.described(dataset)}: {shown(answer.data.status.details)}"
        failure, cause = CredentialsException(answer.status_code, words), None
    raise failure from cause


def _date(text: str | None) -> datetime | None:
    """The moment that a `Date` header names (RFC 9110, section 5.6.7), or None."""
    try:
        date = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):
        # An offset can be larger than any time zone's.
        return None
    # "-0000" says that the offset is not known: no moment.
    return bounded(date) if date.tzinfo is not None else None
