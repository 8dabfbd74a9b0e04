"""Configuration: where the registry is and how to talk to it."""

import copy
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from openapi_client import __version__
from openapi_client._display import also_incomplete
from openapi_client._late_names import late_names
from openapi_client._logging import LoggingConfiguration
from openapi_client._login import TOKEN_URL, LoginConfiguration, plain_token
from openapi_client._masking import MASK
from openapi_client._servers import ServerConfiguration
from openapi_client.exceptions import ApiValueError

if TYPE_CHECKING:
    from ssl import SSLContext

    from urllib3 import Retry

    from openapi_client._setting_types import *  # noqa: F403 - all its names, which `__getattr__` finds
else:
    __getattr__ = late_names(__name__, "openapi_client._setting_types")

API_VERSION: Final = "0.1.0"

JSON_SCHEMA_VALIDATION_KEYWORDS: Final = frozenset({
    *("multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
    *("maxLength", "minLength", "pattern", "maxItems", "minItems"),
})  # fmt: skip
_SECRETS: Final = (
    *("access_token", "username", "password", "client_secret", "offline_token", "token_command"),
    *("api_key", "proxy", "proxy_headers"),
)
_SHARED: Final = ("access_token", "logger", "logger_formatter", "proxy_ssl_context")
_HANDLERS: Final = ("logger_file_handler", "logger_stream_handler")


class Configuration(ServerConfiguration, LoginConfiguration, LoggingConfiguration):
    """Where the registry is and how to talk to it; every parameter is an attribute too, to be read and set.

    Args:
        host: The registry's address, `http://localhost` unless given.
        api_key: Keys by the name of their security scheme. The document declares no such scheme.
        api_key_prefix: What to write before such a key, by the same name.
        access_token: The bearer token, or a token source: a callable that gives one, as those of
            `openapi_client.auth`. It is asked before each request.
        username: A user's name. With a password it is enough to log in; also for basic authentication.
        password: The user's password.
        discard_unknown_keys: Accepted; every schema allows further properties, so there is nothing to discard.
        disabled_client_side_validations: Accepted, names of JSON schema keywords separated by commas; the document
            uses none of them.
        server_index: Which of `get_host_settings()` is meant where no host is given.
        server_variables: Values for the variables in that server's address.
        server_operation_index: The same index for single operations, by operationId.
        server_operation_variables: The same variables for single operations, by operationId.
        ssl_ca_cert: A file of the certificate authorities to trust, in PEM, or a folder of such files; where neither
            this nor `ca_cert_data` is given, what `REQUESTS_CA_BUNDLE`, else `SSL_CERT_FILE` and `SSL_CERT_DIR`, name.
        token_url: Where a user's name and password are taken to, relative to the host; not asked with an issuer.
        issuer: The login server's issuer (OpenID Connect), where its endpoints are discovered.
        client_id: The client to log in as. With an issuer alone, the user logs in with a browser.
        client_secret: The client's secret, where it has one.
        offline_token: An offline token or another refresh token of the issuer's.
        token_command: A command that prints a token; it is run without a shell.
        verify_ssl: Whether to verify the registry's certificate.
        ca_cert_data: The certificate authorities to trust, as PEM text or DER bytes.
        cert_file: A file with this client's certificate, in PEM.
        key_file: A file with the key of that certificate, in PEM.
        assert_hostname: The name that the registry's certificate must bear, False for any; None for the host's.
        tls_server_name: The name to ask for in the TLS handshake (SNI).
        connection_pool_maxsize: How many idle connections to keep, five for each core unless given.
        proxy: The address of a proxy; `"environment"` for the one that the environment names, as `HTTPS_PROXY`.
        no_proxy: Hosts, domains and networks to reach without it, separated by commas; the environment's `NO_PROXY`
            unless given, where that names the proxy.
        proxy_headers: Headers for the proxy.
        proxy_ssl_context: The TLS settings for the way to the proxy.
        safe_chars_for_path_param: Characters to leave as they are in path parameters.
        client_side_validation: Accepted; the document declares nothing that it would switch off.
        socket_options: Options for each socket, as `socket.setsockopt` takes them.
        retries: How often to try again: a number, a `urllib3.Retry`, False for never, None for three times.
        connect_timeout_seconds: How long to wait for a connection.
        read_timeout_seconds: How long to wait for the next byte of an answer.
        total_timeout_seconds: How long a whole call may take, retries and the waits between them included.
        max_response_bytes: How large an answer may be, unpacked.
        datetime_format: Accepted; no operation has a time among its parameters.
        date_format: Accepted; no operation has a date among its parameters.
        ignore_operation_servers: Accepted; no operation has servers of its own.
        debug: Whether to log at DEBUG, which shows no secret.

    Attributes:
        temp_folder_path: The folder for downloads, `response_type=(file_type,)`; the system's temporary folder if None.
        refresh_api_key_hook: Called with this Configuration before an API key is read.

    Raises:
        ApiValueError: `disabled_client_side_validations` names no keyword of JSON schema.
    """

    _default: ClassVar["Configuration | None"] = None

    _revision: object = None

    def __init__(
        self,
        host: str | None = None,
        api_key: dict[str, str] | None = None,
        api_key_prefix: dict[str, str] | None = None,
        access_token: str | Callable[[], str] | None = None,
        username: str | None = None,
        password: str | None = None,
        discard_unknown_keys: bool = False,
        disabled_client_side_validations: str = "",
        server_index: int | None = None,
        server_variables: dict[str, str] | None = None,
        server_operation_index: dict[str, int] | None = None,
        server_operation_variables: dict[str, dict[str, str]] | None = None,
        ssl_ca_cert: str | None = None,
        *,
        token_url: str = TOKEN_URL,
        issuer: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        offline_token: str | None = None,
        token_command: str | None = None,
        verify_ssl: bool = True,
        ca_cert_data: str | bytes | None = None,
        cert_file: str | None = None,
        key_file: str | None = None,
        assert_hostname: str | bool | None = None,
        tls_server_name: str | None = None,
        connection_pool_maxsize: int | None = None,
        proxy: str | None = None,
        no_proxy: str | None = None,
        proxy_headers: Mapping[str, str] | None = None,
        proxy_ssl_context: "SSLContext | None" = None,
        safe_chars_for_path_param: str = "",
        client_side_validation: bool = True,
        socket_options: Sequence[tuple[int, int, int | bytes]] | None = None,
        retries: "Retry | int | None" = None,
        connect_timeout_seconds: float = 5.0,
        read_timeout_seconds: float = 30.0,
        total_timeout_seconds: float = 90.0,
        max_response_bytes: int = 16 * 1024 * 1024,
        datetime_format: str = "%Y-%m-%dT%H:%M:%S.%f%z",
        date_format: str = "%Y-%m-%d",
        ignore_operation_servers: bool = False,
        debug: bool | None = None,
    ) -> None:
        LoggingConfiguration.__init__(self)
        ServerConfiguration.__init__(
            self, host, server_index, server_variables, server_operation_index, server_operation_variables
        )
        LoginConfiguration.__init__(
            self,
            access_token,
            username,
            password,
            api_key,
            api_key_prefix,
            token_url=token_url,
            issuer=issuer,
            client_id=client_id,
            client_secret=client_secret,
            offline_token=offline_token,
            token_command=token_command,
        )
        self.ignore_operation_servers = ignore_operation_servers
        self.verify_ssl = verify_ssl
        self.ssl_ca_cert = ssl_ca_cert
        self.ca_cert_data = ca_cert_data
        self.cert_file = cert_file
        self.key_file = key_file
        self.assert_hostname = assert_hostname
        self.tls_server_name = tls_server_name
        self.connection_pool_maxsize: int = connection_pool_maxsize or (os.cpu_count() or 1) * 5
        self.proxy = proxy
        self.no_proxy = no_proxy
        self.proxy_headers = proxy_headers
        self.proxy_ssl_context = proxy_ssl_context
        self.socket_options = socket_options
        self.retries = retries
        self.connect_timeout_seconds = connect_timeout_seconds
        self.read_timeout_seconds = read_timeout_seconds
        self.total_timeout_seconds = total_timeout_seconds
        self.max_response_bytes = max_response_bytes
        self.safe_chars_for_path_param = safe_chars_for_path_param
        self.datetime_format = datetime_format
        self.date_format = date_format
        self.temp_folder_path: str | None = None
        self.client_side_validation = client_side_validation
        self.discard_unknown_keys = discard_unknown_keys
        self.disabled_client_side_validations = disabled_client_side_validations
        if debug:
            self.debug = True

    @property
    def disabled_client_side_validations(self) -> str:
        """Names of JSON schema keywords that are not to be checked, separated by commas."""
        return self._disabled_client_side_validations

    @disabled_client_side_validations.setter
    def disabled_client_side_validations(self, value: str) -> None:
        unknown = {name for name in value.split(",") if name} - JSON_SCHEMA_VALIDATION_KEYWORDS
        if unknown:
            raise ApiValueError(
                f"disabled_client_side_validations has {', '.join(map(repr, sorted(unknown)))}; it takes"
                f" {', '.join(sorted(JSON_SCHEMA_VALIDATION_KEYWORDS))}"
            )
        self._disabled_client_side_validations = value

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """A Configuration from variables of the environment; one that is empty counts as not set.

        `OPENAPI_CLIENT_HOST` is the registry's address. Of the ways to log in, the first that is there is taken:

        1. `OPENAPI_CLIENT_ACCESS_TOKEN`, a token.
        2. `OPENAPI_CLIENT_TOKEN_COMMAND`, a command that prints one.
        3. `OPENAPI_CLIENT_OFFLINE_TOKEN`, an offline token of `OPENAPI_CLIENT_ISSUER` for `OPENAPI_CLIENT_CLIENT_ID`.
        4. `OPENAPI_CLIENT_USERNAME` and `OPENAPI_CLIENT_PASSWORD`, at the issuer if there is one, else at the host's
           own `token`.
        5. `OPENAPI_CLIENT_ISSUER` and `OPENAPI_CLIENT_CLIENT_ID`, for a login with a browser.

        `OPENAPI_CLIENT_CLIENT_SECRET` is the secret of a client that has one. The settings take the same precedence
        when they are given to the constructor.

        Args:
            environment: The variables; those of this process unless given. Quotation marks around an address, a
                client's id or a token, and `Bearer` before a token, are left away.
        """
        variables = os.environ if environment is None else environment

        def value(name: str) -> str | None:
            return variables.get(f"OPENAPI_CLIENT_{name}") or None

        def plain(name: str) -> str | None:
            # A file of variables for a container keeps the quotation marks that a shell takes away.
            return plain_token(value(name) or "") or None

        return cls(
            host=plain("HOST"),
            access_token=plain("ACCESS_TOKEN"),
            token_command=value("TOKEN_COMMAND"),
            offline_token=plain("OFFLINE_TOKEN"),
            issuer=plain("ISSUER"),
            client_id=plain("CLIENT_ID"),
            client_secret=value("CLIENT_SECRET"),
            username=value("USERNAME"),
            password=value("PASSWORD"),
        )

    @classmethod
    def set_default(cls, default: "Configuration | None") -> None:
        """Stores a copy as what `get_default_copy()` gives, and so what `ApiClient()` takes; None for a new one."""
        Configuration._default = copy.deepcopy(default)

    @classmethod
    def get_default_copy(cls) -> "Configuration":
        """A copy of the default, or a new Configuration where none was set."""
        return cls() if Configuration._default is None else copy.deepcopy(Configuration._default)

    @classmethod
    def get_default(cls) -> "Configuration":
        """The default itself, made now where none was set."""
        if Configuration._default is None:
            Configuration._default = cls()
        return Configuration._default

    def to_debug_report(self) -> str:
        """The versions that a bug report should state."""
        import platform  # noqa: PLC0415 - loaded when first wanted

        return (
            "Python SDK Debug Report:\n"
            f"OS: {sys.platform} ({platform.platform()})\n"
            f"Python Version: {sys.version}\n"
            f"Version of the API: {API_VERSION}\n"
            f"SDK Package Version: {__version__}"
        )

    @also_incomplete
    def __repr__(self) -> str:
        known = (f"{name}={MASK!r}" for name in _SECRETS if getattr(self, name))
        # What an address may not hold is refused once a request is sent; until then it does not show.
        host = re.sub(r"([?#]).*", rf"\1{MASK}", re.sub("//.*@", f"//{MASK}@", self._base_path))
        return f"Configuration({', '.join([f'host={host!r}', *known])})"

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        # Another object after each change, by which those who look often see that there was one.
        self.__dict__["_revision"] = object()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        # Loggers are the process's own, handlers the original's, to be removed by it alone; a TLS context has no copy;
        # two copies of a token source would spoil each other's refresh tokens.
        state = self.__getstate__()
        twin.__dict__.update(
            {name: value if name in _SHARED else copy.deepcopy(value, memo) for name, value in state.items()}
        )
        return twin

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, **dict.fromkeys(_HANDLERS)}
