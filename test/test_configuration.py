"""Configuration: its parameters, defaults, copies, servers and printed form."""

import copy
import inspect
import os
import pickle
import ssl
from typing import Any

import pytest

from openapi_client import ApiClient, ApiValueError, Configuration

POSITIONAL = (
    *("host", "api_key", "api_key_prefix", "access_token", "username", "password", "discard_unknown_keys"),
    *("disabled_client_side_validations", "server_index", "server_variables", "server_operation_index"),
    *("server_operation_variables", "ssl_ca_cert"),
)  # fmt: skip
KEYWORDS: dict[str, Any] = {
    "verify_ssl": False,
    "ca_cert_data": "PEM",
    "cert_file": "cert.pem",
    "key_file": "key.pem",
    "assert_hostname": "registry.example",
    "tls_server_name": "registry.example",
    "connection_pool_maxsize": 7,
    "proxy": "http://proxy.example:8080",
    "no_proxy": "localhost",
    "proxy_headers": {"Proxy-Authorization": "Basic x"},
    "proxy_ssl_context": ssl.create_default_context(),
    "token_url": "/login",
    "issuer": "https://login.example",
    "client_id": "client",
    "client_secret": "secret",
    "offline_token": "offline",
    "token_command": "print-token",
    "safe_chars_for_path_param": "/",
    "client_side_validation": False,
    "socket_options": [(6, 1, 1)],
    "retries": 2,
    "connect_timeout_seconds": 1.5,
    "read_timeout_seconds": 2.5,
    "total_timeout_seconds": 3.5,
    "max_response_bytes": 1024,
    "datetime_format": "%Y",
    "date_format": "%y",
    "ignore_operation_servers": True,
    "debug": False,
}
SERVERS: list[dict[str, Any]] = [
    {"url": "https://plain.example"},
    {
        "url": "https://{stage}.example/{version}",
        "variables": {
            "stage": {"default_value": "live", "enum_values": ["live", "test"]},
            "version": {"default_value": "v1"},
        },
    },
]


def test_parameters_stand_in_the_documented_order() -> None:
    """The first thirteen parameters are given by position in the generator's order, the others by keyword."""
    parameters = inspect.signature(Configuration).parameters.values()
    assert tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD) == POSITIONAL
    assert {p.name for p in parameters if p.kind is p.KEYWORD_ONLY} == set(KEYWORDS)


def test_positional_arguments_become_attributes() -> None:
    """Each positional parameter is an attribute afterwards."""
    values: tuple[Any, ...] = (
        *("http://h", {"k": "v"}, {"k": "p"}, "t", "u", "pw", True, "pattern,maxItems", 0),
        *({"a": "b"}, {"o": 0}, {"o": {"a": "b"}}, "ca.pem"),
    )  # fmt: skip
    configuration = Configuration(*values)
    given = dict(zip(POSITIONAL, values, strict=True)) | {"host": "http://localhost"}  # server 0 was asked for
    assert {name: getattr(configuration, name) for name in POSITIONAL} == given


@pytest.mark.parametrize("name", KEYWORDS)
def test_keyword_becomes_an_attribute(name: str) -> None:
    """Each parameter of the later line is an attribute afterwards."""
    assert getattr(Configuration(**{name: KEYWORDS[name]}), name) == KEYWORDS[name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, None) for name in ("retries", "proxy", "no_proxy", "proxy_headers", "access_token", "username")),
        *((name, None) for name in ("password", "ssl_ca_cert", "cert_file", "key_file", "assert_hostname")),
        *((name, None) for name in ("socket_options", "temp_folder_path", "logger_file", "refresh_api_key_hook")),
        *((name, {}) for name in ("api_key", "api_key_prefix", "server_variables", "server_operation_index")),
        ("verify_ssl", True),
        ("client_side_validation", True),
        ("debug", False),
        ("discard_unknown_keys", False),
        ("host", "http://localhost"),
        ("safe_chars_for_path_param", ""),
        ("connect_timeout_seconds", 5),
        ("read_timeout_seconds", 30),
        ("total_timeout_seconds", 90),
        ("max_response_bytes", 16 * 2**20),
        ("connection_pool_maxsize", (os.cpu_count() or 1) * 5),
        ("logger_format", "%(asctime)s %(levelname)s %(message)s"),
    ],
)
def test_default_that_programs_print(name: str, value: object) -> None:
    """A Configuration built without arguments has the generator's defaults."""
    assert getattr(Configuration(), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name, value in KEYWORDS.items() if name != "debug"),
        *((name, "set") for name in ("host", "access_token", "username", "password", "ssl_ca_cert")),
        *((name, {"k": "v"}) for name in ("api_key", "api_key_prefix")),
        ("temp_folder_path", "/folder"),
        ("discard_unknown_keys", True),
    ],
)
def test_attribute_is_set_afterwards(name: str, value: object) -> None:
    """Programs set attributes after construction, and read what they set."""
    configuration = Configuration()
    setattr(configuration, name, value)
    assert getattr(configuration, name) is value


def test_unknown_keyword_is_a_type_error() -> None:
    """A keyword that is no parameter is refused as Python refuses it."""
    with pytest.raises(TypeError, match="nope"):
        Configuration(nope=1)  # type: ignore[call-arg] # that it is refused is what is tested


def test_debug_report_states_versions() -> None:
    """The report for bugs states the versions of the API, of Python and of the package."""
    report = Configuration(access_token="t-o-k-e-n").to_debug_report()
    assert "Python SDK Debug Report" in report
    assert "Version of the API: 0.1.0" in report
    assert "t-o-k-e-n" not in report


def test_known_validation_names_are_taken() -> None:
    """Names of JSON schema keywords may be given, separated by commas, and changed later."""
    configuration = Configuration(disabled_client_side_validations="multipleOf,pattern")
    configuration.disabled_client_side_validations = ""
    assert configuration.disabled_client_side_validations == ""


def test_unknown_validation_name_is_refused() -> None:
    """A name that is no keyword of JSON schema is an ApiValueError, from the constructor and from assignment."""
    with pytest.raises(ApiValueError, match="'nope'"):
        Configuration(disabled_client_side_validations="pattern,nope")
    configuration = Configuration()
    with pytest.raises(ApiValueError, match="'nope'"):
        configuration.disabled_client_side_validations = "nope"


@pytest.mark.parametrize(
    ("index", "variables", "url"),
    [
        (0, None, "https://plain.example"),
        (1, None, "https://live.example/v1"),
        (1, {"stage": "test", "version": "v2"}, "https://test.example/v2"),
        (1, {"unused": "x"}, "https://live.example/v1"),
        (None, None, "http://configured"),
    ],
    ids=["plain", "defaults", "given", "unused", "configured"],
)
def test_host_from_settings(index: int | None, variables: dict[str, str] | None, url: str) -> None:
    """A server's address is its template with the given or default variables; no index means the configured host."""
    assert Configuration(host="http://configured").get_host_from_settings(index, variables, SERVERS) == url


@pytest.mark.parametrize(
    ("index", "variables", "message"),
    [(2, None, "less than 2"), (-1, None, "no server -1"), (1, {"stage": "nope"}, r"'stage'.*\['live', 'test'\]")],
    ids=["beyond", "negative", "not in the enum"],
)
def test_host_from_settings_refuses(index: int, variables: dict[str, str] | None, message: str) -> None:
    """An index without a server and a value that the variable does not admit are ApiValueErrors."""
    with pytest.raises(ApiValueError, match=message):
        Configuration().get_host_from_settings(index, variables, SERVERS)


def test_one_server_is_implied() -> None:
    """A document without servers implies one, `http://localhost`."""
    configuration = Configuration()
    assert [server["url"] for server in configuration.get_host_settings()] == ["http://localhost"]
    assert configuration.get_host_from_settings(0) == "http://localhost"


def test_assigned_host_is_the_host() -> None:
    """Assigning the host takes the place of a chosen server; None is the default again, as in the constructor."""
    configuration = Configuration(server_index=0)
    configuration.host = "https://registry.example"
    assert configuration.host == "https://registry.example"
    configuration.host = None
    assert configuration.host == "http://localhost"


def test_default_is_stored_as_a_copy() -> None:
    """What happens to a Configuration after `set_default` does not touch the default, nor does a copy of it."""
    configuration = Configuration(host="http://one", api_key={"k": "v"})
    Configuration.set_default(configuration)
    configuration.host = "http://two"
    configuration.api_key["k"] = "changed"
    Configuration.get_default_copy().host = "http://three"
    stored = Configuration._default
    assert stored is not None
    assert (stored.host, stored.api_key) == ("http://one", {"k": "v"})
    assert ApiClient().configuration.host == "http://one"
    assert ApiClient().configuration is not stored
    Configuration.set_default(None)
    assert Configuration.get_default_copy().host == "http://localhost"


def test_get_default_is_the_stored_object() -> None:
    """`get_default` gives the default itself, made when first asked for."""
    made = Configuration.get_default()
    assert made is Configuration.get_default() is Configuration._default
    Configuration.set_default(Configuration(host="http://one"))
    assert Configuration.get_default() is Configuration._default
    assert Configuration.get_default().host == "http://one"


def test_deepcopy_is_independent() -> None:
    """A deep copy has its own values, and shares the loggers and a TLS context, which cannot be copied."""
    configuration = Configuration(api_key={"k": "v"}, proxy_ssl_context=ssl.create_default_context())
    twin = copy.deepcopy(configuration)
    twin.api_key["k"] = "changed"
    assert configuration.api_key == {"k": "v"}
    assert twin.proxy_ssl_context is configuration.proxy_ssl_context
    assert twin.logger["package_logger"] is configuration.logger["package_logger"]


def test_deepcopy_of_a_whole_keeps_what_is_one_one() -> None:
    """What is held twice, be it by itself, is one in the copy too."""
    configuration = Configuration("http://h")
    vars(configuration)["itself"] = configuration
    first, second = copy.deepcopy([configuration, configuration])
    assert first is second is vars(first)["itself"]
    assert first is not configuration
    assert first.host == "http://h"


def test_copy_of_the_default_for_a_subclass_is_of_the_subclass() -> None:
    """A program's own class of configurations gets one of its own from the three ways to the default."""

    class Own(Configuration):
        """A program's own."""

    assert type(Own.get_default_copy()) is Own
    Own.set_default(Own("http://own"))
    assert type(Own.get_default_copy()) is type(Own.get_default()) is Own
    assert Own.get_default_copy().host == "http://own"
    Own.set_default(None)
    assert type(Own.get_default()) is Own


def test_pickled_configuration_is_equal() -> None:
    """A pickled Configuration has the same values afterwards."""
    configuration = Configuration("http://h", {"k": "v"}, access_token="t", retries=3)
    twin = pickle.loads(pickle.dumps(configuration))  # noqa: S301 - the test's own
    assert (twin.host, twin.api_key, twin.access_token, twin.retries) == ("http://h", {"k": "v"}, "t", 3)


def test_repr_masks_what_is_secret() -> None:
    """The printed form shows the host and which secrets are set, and none of them."""
    configuration = Configuration(
        "https://user:hidden@registry.example", {"k": "hidden"}, None, "hidden", "hidden", "hidden",
        proxy="http://user:hidden@proxy", proxy_headers={"Proxy-Authorization": "hidden"},
    )  # fmt: skip
    assert repr(configuration) == (
        "Configuration(host='https://***@registry.example', access_token='***', username='***', password='***',"
        " api_key='***', proxy='***', proxy_headers='***')"
    )
    assert repr(Configuration()) == "Configuration(host='http://localhost')"


def test_query_of_the_host_does_not_show() -> None:
    """Whatever a query or a fragment in the address holds, `repr` leaves it out."""
    for host in ("http://h/?token=hidden", "http://h/#access_token=hidden", "http://h/?a#hidden", "http://h#?hidden"):
        assert "hidden" not in repr(Configuration(host))
