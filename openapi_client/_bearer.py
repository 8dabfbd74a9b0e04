"""Who is asking: the token that is sent with a call, and another one, once, where the registry rejects it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, Final, TypeVar, cast
from weakref import WeakKeyDictionary

from openapi_client._authentication import has_authorization
from openapi_client._login import BEARER, bearer_settings
from openapi_client._seams import Parts
from openapi_client._threads import making
from openapi_client._unauthorized import is_about_the_token
from openapi_client.configuration import Configuration
from openapi_client.exceptions import AuthenticationException, UnauthorizedException

Settings = Sequence[Mapping[str, str]]
Answer = TypeVar("Answer")

_OWN_SETTINGS: Final = Parts(Configuration, "auth_settings", "login_settings")
_UNAUTHORIZED: Final = 401
_RETRY_SECONDS: Final = 5.0

# The new tokens that the registry rejected too, and when.
_rejected_too: Final[WeakKeyDictionary[Callable[[], str], tuple[str, float]]] = WeakKeyDictionary()


class Bearer:
    """Who is asking, for the calls of one client."""

    def __init__(self) -> None:
        self._made: tuple[object, Callable[[], str] | None] = (None, None)
        self._last: tuple[object, tuple[str, ...], list[dict[str, str]]] = (object(), (), [])

    def known(
        self,
        configuration: Configuration,
        schemes: Sequence[str] | None,
        given: Settings | None,
        headers: Iterable[Mapping[str, Any] | None] = (),
    ) -> Settings | Callable[[], str]:
        """How to prove who is asking, as it is when a call is made; or the source of the token.

        An `Authorization` header counts as a login: the client then does not log in by itself. A token that was given
        as `access_token` or for this call replaces the header.

        Args:
            configuration: Where it is said how to log in.
            schemes: The names of the security schemes that the operation admits.
            given: How to prove who is asking in this call; None for what is configured.
            headers: The headers that are sent in any case.
        """
        if not schemes:
            return ()
        if given:
            # Copied, since a caller may change them for the next call.
            return [dict(setting) for setting in given]
        # A Configuration that is unchanged, and says nothing of its own, says the same as at the last call.
        revision, wanted, settings = self._last
        usual = _OWN_SETTINGS.in_place(configuration)
        if usual and revision is configuration._revision and wanted == (*schemes,):
            return settings
        source = self._source(configuration)
        if source is not None:
            logs_in = configuration.access_token is not None or not has_authorization(headers)
            return source if logs_in and BEARER in schemes else ()
        revision = configuration._revision
        configured = configuration.auth_settings()
        settings = [configured[name] for name in schemes if name in configured]
        if usual:
            self._last = (revision, (*schemes,), settings)
        return settings

    def _source(self, configuration: Configuration) -> Callable[[], str] | None:
        """Where tokens come from, if the Configuration has more than a text; another when what it says changes."""
        settings = configuration.login_settings()
        if settings is None:
            return None
        # The token of one registry is not for another to see.
        made_of = (configuration, configuration.host, settings)
        made = self._made
        if made[0] != made_of:
            with making:
                from openapi_client.auth.configured import configured_source  # noqa: PLC0415 - loaded when first wanted

                made = self._made = (made_of, configured_source(configuration))
        return made[1]


def answered(source: Callable[[], str], send: Callable[[Settings], Answer]) -> Answer:
    """Send a request with a token of a source, and once more with another one where the registry rejects it.

    If the source has no other token, the registry's refusal stands, and says why. So it does for 5 s if the registry
    has rejected the new token too: a registry that rejects every token does not make each call a login.

    Args:
        source: Where the token comes from.
        send: Sends the request with such settings, and gives or raises what comes of it.

    Raises:
        AuthenticationException: If the source gives no token; nothing was sent.
    """
    # Loaded here: a program that has its token needs none of it.
    from openapi_client.auth.asking import ask  # noqa: PLC0415 - loaded when first wanted

    token = ask(source)
    answer: Answer | None = None
    refusal: UnauthorizedException | None = None
    try:
        answer = send([bearer_settings(token)[BEARER]])
    except UnauthorizedException as error:
        if not is_about_the_token(error.headers, error.body):
            raise
        refusal = error
    else:
        if not _is_rejected(answer):
            return answer
    # Asked here, outside the handler, since the refusal would stay the context of what the source may raise.
    renewed, problem = _other_token(source, token)
    if renewed is not None:
        if answer is not None:
            cast("Any", answer).close()
        return _noted(source, renewed, send)
    if refusal is None:
        return cast("Answer", answer)
    try:
        raise refusal from problem
    finally:
        # A traceback that holds a frame that holds the error would live until the next garbage collection.
        del refusal, problem


def _other_token(source: Callable[[], str], token: str) -> tuple[str | None, AuthenticationException | None]:
    """Return a token instead of a rejected one; if the source has none now, None and what the source says."""
    from openapi_client.auth.asking import ask  # noqa: PLC0415 - loaded when first wanted

    if _is_rejected_too(source, token):
        return None, None
    try:
        return ask(source, rejected=token), None
    except AuthenticationException as error:
        return None, error.with_traceback(None)


def _noted(source: Callable[[], str], token: str, send: Callable[[Settings], Answer]) -> Answer:
    """Send a request with a new token, and note if the registry rejects it too."""
    is_rejected = False
    try:
        answer = send([bearer_settings(token)[BEARER]])
        is_rejected = _is_rejected(answer)
    except UnauthorizedException as error:
        is_rejected = is_about_the_token(error.headers, error.body)
        raise
    finally:
        if is_rejected:
            # A callable may have neither a hash nor weak references.
            with suppress(TypeError):
                _rejected_too[source] = token, monotonic()
    return answer


def _is_rejected_too(source: Callable[[], str], token: str) -> bool:
    with suppress(TypeError):
        rejected, since = _rejected_too.get(source, ("", 0.0))
        return rejected == token and monotonic() < since + _RETRY_SECONDS
    return False


def _is_rejected(answer: Any) -> bool:
    """Return whether an unread answer rejects the token, by its headers: its body is the caller's to read."""
    # A decoded answer has no status of this name.
    return getattr(answer, "status", None) == _UNAUTHORIZED and is_about_the_token(answer.headers, None)
