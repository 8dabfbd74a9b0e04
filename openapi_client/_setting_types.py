"""The types of a Configuration's settings for authentication and servers, named as by the generator."""

from typing import Literal, NotRequired, TypedDict

ServerVariablesT = dict[str, str]

_Header = Literal["header"]
_Key = Literal["Authorization"]

# In functional syntax, since `in` cannot name an attribute in Python.
GenericAuthSetting = TypedDict("GenericAuthSetting", {"type": str, "in": str, "key": str, "value": str})
APIKeyAuthSetting = TypedDict(
    "APIKeyAuthSetting", {"type": Literal["api_key"], "in": str, "key": str, "value": str | None}
)
BasicAuthSetting = TypedDict(
    "BasicAuthSetting", {"type": Literal["basic"], "in": _Header, "key": _Key, "value": str | None}
)
BearerAuthSetting = TypedDict(
    "BearerAuthSetting", {"type": Literal["bearer"], "in": _Header, "key": _Key, "value": str}
)
BearerFormatAuthSetting = TypedDict(
    "BearerFormatAuthSetting",
    {"type": Literal["bearer"], "in": _Header, "format": Literal["JWT"], "key": _Key, "value": str},
)
HTTPSignatureAuthSetting = TypedDict(
    "HTTPSignatureAuthSetting", {"type": Literal["http-signature"], "in": _Header, "key": _Key, "value": None}
)
OAuth2AuthSetting = TypedDict(
    "OAuth2AuthSetting", {"type": Literal["oauth2"], "in": _Header, "key": _Key, "value": str}
)


class AuthSettings(TypedDict, total=False):
    """How to prove who is asking, by the name of the document's security scheme."""

    OAuth2PasswordBearer: OAuth2AuthSetting


class HostSettingVariable(TypedDict):
    """A variable in the address of a server."""

    description: str
    default_value: str
    enum_values: list[str]


class HostSetting(TypedDict):
    """A server that the document names."""

    url: str
    description: str
    variables: NotRequired[dict[str, HostSettingVariable]]
