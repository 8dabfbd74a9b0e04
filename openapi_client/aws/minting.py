"""One request for keys: what is sent, and what the answer is worth."""

from datetime import datetime
from typing import NamedTuple

from openapi_client._masking import without_inner_frames
from openapi_client.api_client import ApiClient
from openapi_client.apis import RegistryCredentialsApi
from openapi_client.auth.asking import problem_with
from openapi_client.aws.cached import CacheKey
from openapi_client.aws.identity import Login, login_name_of, login_of, login_proof_of, user_of
from openapi_client.aws.keys import Keys, unusable_part, with_offset
from openapi_client.aws.lifetime import Clock, Life, Reading, left_at
from openapi_client.aws.location import Access, root_of, uri_of
from openapi_client.exceptions import CredentialsException
from openapi_client.model.credential_response import CredentialResponse
from openapi_client.model.credentials_request import CredentialsRequest
from openapi_client.model.s3_location import S3Location


class Wanted(NamedTuple):
    """What keys are wanted for."""

    location: S3Location
    access: Access
    dataset_id: str | None

    def request(self, *, console: bool) -> CredentialsRequest:
        """The body that asks for them.

        Servers that know datasets by their id take `dataset_id`; those of the document ignore it.
        """
        request = CredentialsRequest(s3_location=self.location, console_session_required=console)
        if self.dataset_id is not None:
            request["dataset_id"] = self.dataset_id
        return request

    def __str__(self) -> str:
        return f"{uri_of(self.location)} ({self.access})"


class Minter(NamedTuple):
    """What a renewal needs of its source: the client, the place, the clock, and the user if the program names one."""

    client: ApiClient
    wanted: Wanted
    clock: Clock
    name: str | None = None

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
        return minted(self.client, self.wanted, user, self.clock)

    def console_link(self) -> str:
        """A sign-in link to the AWS console that the registry makes now."""
        return console_link(self.client, self.wanted)

    def cache_key(self, user: str) -> CacheKey:
        """What a cache keeps such keys under."""
        location, access, dataset_id = self.wanted
        host = self.client.configuration.host.rstrip("/")
        return CacheKey(host, user, location.bucket_name, root_of(location), access, dataset_id or "")


@without_inner_frames
def minted(client: ApiClient, wanted: Wanted, user: str, clock: Clock) -> Keys:
    """Keys that the registry makes now.

    Raises:
        CredentialsException: The registry answered, but gave no keys that can be used.
        ApiException: The registry refused, or no whole answer came.
        ApiTypeError: A value in the answer is of the wrong type.
        ApiValueError: The request cannot be sent, or the answer is not what it should be.
    """
    asked = Reading.of(clock)
    response, date = _answer(client, wanted, console=False)
    answered = Reading.of(clock)
    credentials = with_offset(response.credentials)
    if part := unusable_part(credentials):
        raise CredentialsException(
            200, f"The registry gave keys for {wanted} that no request can carry: {part} is empty or malformed"
        )
    left = left_at(asked, answered, date, credentials.expiry)
    keys = Keys(credentials, Life.of(asked, left, left), user)
    if keys.life.left_seconds(answered) <= 0:
        raise CredentialsException(
            200,
            f"The registry gave keys for {wanted} that have ended already, at {credentials.expiry.isoformat()}; if"
            " they have not, this machine's clock is wrong",
        )
    return keys


@without_inner_frames
def console_link(client: ApiClient, wanted: Wanted) -> str:
    """A sign-in link to the AWS console that the registry makes now; its errors are those of `minted`."""
    response, _date = _answer(client, wanted, console=True)
    if not response.console_session_url:
        raise CredentialsException(200, f"The registry gave no console link for {wanted}")
    if problem_with(response.console_session_url):
        raise CredentialsException(200, f"The registry gave a malformed console link for {wanted}")
    return response.console_session_url


def _answer(client: ApiClient, wanted: Wanted, *, console: bool) -> tuple[CredentialResponse, datetime | None]:
    """The registry's answer, which claims success, and its `Date`."""
    api = RegistryCredentialsApi(client)
    operation = (
        api.generate_read_access_credentials_with_http_info
        if wanted.access == "read"
        else api.generate_write_access_credentials_with_http_info
    )
    try:
        answer = operation(wanted.request(console=console))
    except CredentialsException as error:
        failure, cause = CredentialsException(error.status, f"{error.reason} (for {wanted})"), error.__cause__
    else:
        if answer.data.status.success:
            return answer.data, _date((answer.headers or {}).get("Date"))
        failure, cause = (
            CredentialsException(
                answer.status_code, f"The registry gave no keys for {wanted}: {answer.data.status.details}"
            ),
            None,
        )
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
