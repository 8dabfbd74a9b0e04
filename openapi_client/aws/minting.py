"""One request for keys: what is sent, and what the answer is worth."""

from datetime import datetime
from typing import NamedTuple

from openapi_client._display import shown
from openapi_client._masking import without_inner_frames
from openapi_client.api_client import ApiClient
from openapi_client.apis import RegistryCredentialsApi
from openapi_client.auth.asking import problem_with
from openapi_client.aws.cached import CacheKey
from openapi_client.aws.dataset import Dataset, Lookup, advised, asks_for_dataset_id
from openapi_client.aws.identity import Login, login_name_of, login_of, login_proof_of, user_of
from openapi_client.aws.keys import Keys, unusable_part, with_offset
from openapi_client.aws.lifetime import Clock, Life, Reading, left_at
from openapi_client.aws.location import root_of
from openapi_client.aws.operation import response_of
from openapi_client.aws.wanted import Wanted
from openapi_client.exceptions import CredentialsException, UnprocessableEntityException
from openapi_client.model.credential_response import CredentialResponse


class Minter(NamedTuple):
    """What a renewal needs of its source: the client, the place, the clock; and the user and the API that are given."""

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
    return keys


@without_inner_frames
def console_link(minter: Minter) -> str:
    """A sign-in link to the AWS console that the registry makes now; its errors are those of `minted`."""
    dataset = minter.dataset()
    response, _date = _answer(minter, dataset, console=True)
    if not response.console_session_url:
        raise CredentialsException(200, f"The registry gave no console link for {minter.wanted.described(dataset)}")
    if problem_with(response.console_session_url):
        what = minter.wanted.described(dataset)
        raise CredentialsException(200, f"The registry gave a malformed console link for {what}")
    return response.console_session_url


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
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - dear to import, and wanted once an hour

    try:
        date = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    # "-0000" says that the offset is not known: no moment.
    return date if date.tzinfo is not None else None
