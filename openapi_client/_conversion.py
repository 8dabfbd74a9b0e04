"""Values to declared types: what a type admits, what is converted to it, and the error where neither holds.

A tuple of types is alternatives; `[T]` in it is a list of them, `{str: (T,)}` a dictionary of them. This is the
generator's notation, which `openapi_types` and `response_type` are written in.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any, Final

from openapi_client.exceptions import ApiTypeError, ApiValueError, PathItem

Types = tuple[Any, ...]
Path = tuple[PathItem, ...]

none_type: Final = type(None)

_NOTHING: Final = object()
_LONGEST_DATE: Final = len("2026-11-24")
_GUESSES: Final = (
    (datetime(2000, 1, 1, 0, 0), False),  # noqa: DTZ001 - a text without an offset stays without one
    (datetime(2001, 2, 2, 1, 1), True),  # noqa: DTZ001 - as above
)


def convert(value: Any, types: Types, path: Path, *, parse: bool = False, check: bool = True) -> Any:
    """The value as one of the types.

    Args:
        value: The value; a mapping becomes a model where one is wanted. From a server, False, an empty list and an
            empty mapping count as None where None is admitted and they are not.
        types: The types it may have.
        path: The keys and indices that lead to it, for the error.
        parse: Whether a text becomes a time where one is wanted, as in data from a server.
        check: Whether a value that does not fit is an error; otherwise it is taken as it is.

    Raises:
        ApiTypeError: The value is of none of the types.
        ApiValueError: A text that is to become a time is none.
    """
    for kind in types:
        if _admits(kind, value):
            return value
    for kind in types:
        converted = _converted(value, kind, path, parse, check)
        if converted is not _NOTHING:
            return converted
    if hasattr(type(value), "actual_instance"):
        return convert(value.actual_instance, types, path, parse=parse, check=check)
    if not check:
        return value
    if parse and none_type in types and (value is False or value in ([], {})):
        # Servers write so that an optional value is absent.
        return None
    raise ApiTypeError(
        f"Expected {render_types(types)}, not {type(value).__name__}{_advice(value, types)},",
        path,
        valid_classes=types,
        key_type=False,
    )


def _advice(value: Any, types: Types) -> str:
    """Return the words for how to make a model of a text, where one of the models is made of a URI."""
    kinds = [kind.__name__ for kind in types if isinstance(value, str) and hasattr(kind, "from_uri")]
    return f": write {kinds[0]}.from_uri('s3://bucket/path/')" if kinds else ""


def convert_json(values: Any, types: Types, path: Path, *, check: bool = True) -> Any:
    """As `convert`, of values fresh from JSON, which nobody else holds and which may become a part of the result."""
    # What the registry mostly answers goes past the general conversion, which tries one type after another.
    if check and type(values) is dict and len(types) == 1 and is_model(types[0]):
        model = types[0]._decode(values)
        if model is not None:
            return model
    return convert(values, types, path, parse=True, check=check)


def parse_datetime(text: str, path: Path = ()) -> datetime:
    """The moment that a text names; without an offset, it is in UTC.

    Raises:
        ApiValueError: It names none, or leaves a part of it to be guessed.
    """
    moment = _iso_datetime(text) or _other_datetime(text)
    if moment is None:
        raise ApiValueError("Expected a date with a time of day (ISO 8601), not another text,", path)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def check_properties(properties: Mapping[Any, object], types: Types, path: Path) -> None:
    """Makes sure that properties have names that JSON knows and values of the types that they may have.

    Raises:
        ApiTypeError: One has not.
    """
    for name, value in properties.items():
        if not isinstance(name, str):
            problem = f"Expected str, not {type(name).__name__}, as the name of a property"
            raise ApiTypeError(problem, (*path, name), (str,), key_type=True)
        if not isinstance(value, types):
            problem = f"Expected {render_types(types)}, not {type(value).__name__},"
            raise ApiTypeError(problem, (*path, name), types, key_type=False)


def is_model(kind: object) -> bool:
    """Whether this is a model's class."""
    return hasattr(kind, "_from_mapping")


def render_types(types: Types) -> str:
    """The types in the words of a message: `list of str or int`."""
    return " or ".join(
        f"list of {render_types(tuple(kind))}"
        if isinstance(kind, list)
        else f"dict of {render_types(next(iter(kind.values())))}"
        if isinstance(kind, dict)
        else "None"
        if kind is none_type
        else kind.__name__
        for kind in types
    )


def _admits(kind: Any, value: Any) -> bool:
    """Whether the value is of the type as it stands; a bool is no int, a datetime no date."""
    if not isinstance(kind, type) or not isinstance(value, kind):
        return False
    if kind is int:
        return not isinstance(value, bool)
    return kind is not date or not isinstance(value, datetime)


def _converted(value: Any, kind: Any, path: Path, parse: bool, check: bool) -> Any:
    """The value as this type, or `_NOTHING` where it cannot become one."""
    if isinstance(kind, list):
        if isinstance(value, list):
            types = tuple(kind)
            return [convert(item, types, (*path, i), parse=parse, check=check) for i, item in enumerate(value)]
    elif isinstance(kind, dict):
        if isinstance(value, Mapping):
            types = next(iter(kind.values()))
            return {key: convert(item, types, (*path, key), parse=parse, check=check) for key, item in value.items()}
    elif is_model(kind):
        if isinstance(value, Mapping):
            return kind._from_mapping(value, path, parse=parse, check=check)
    elif kind is float:
        if isinstance(value, int) and not isinstance(value, bool):
            return _float_of(value, path)
    elif parse and isinstance(value, str):
        return _parsed(value, kind, path, check)
    return _NOTHING


def _float_of(number: int, path: Path) -> float:
    try:
        return float(number)
    except OverflowError:
        pass
    # Raised here, outside the handler, since the original error is no help.
    raise ApiValueError("Expected a number that a float can hold, not a larger one,", path)


def _parsed(text: str, kind: Any, path: Path, check: bool) -> Any:
    try:
        if kind is datetime:
            return parse_datetime(text, path)
        if kind is date:
            return date.fromisoformat(text)
    except ApiValueError:
        if check:
            raise
    except ValueError:
        if check:
            raise ApiValueError("Expected a date (ISO 8601), not another text,", path) from None
    return _NOTHING


def _iso_datetime(text: str) -> datetime | None:
    """The moment of an ISO 8601 text, or None; a date alone, which `fromisoformat` takes for midnight, is none."""
    if len(text) <= _LONGEST_DATE:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _other_datetime(text: str) -> datetime | None:
    """The moment of a text in another notation, as HTTP's or e-mail's, or None."""
    # Loaded here: an answer in ISO 8601, which is what the registry sends, needs none of it.
    from dateutil import parser  # noqa: PLC0415 - loaded when first wanted

    try:
        # The parser takes what a text leaves out from the default, and 1/2 for a day of January unless told otherwise:
        # where two ways to read the text agree, nothing was guessed. A year at the head leaves no doubt.
        first, second = (
            parser.parse(text, default=default, dayfirst=dayfirst and not text[:4].isdigit(), tzinfos=_offset)
            for default, dayfirst in _GUESSES
        )
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None
    return first if first == second else None


def _offset(name: str | None, seconds: int | None) -> tzinfo | None:
    """The time zone of an offset, or of UTC's names; any other name is refused: what it means depends on the reader."""
    if name and seconds != 0:
        raise ValueError("a time zone of this name has no certain offset")
    return None if seconds is None else timezone(timedelta(seconds=seconds))
