"""Values to declared types: what is admitted, what is converted, what is refused, and which texts are times."""

import warnings
from datetime import UTC, date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest

from openapi_client import ApiTypeError, ApiValueError
from openapi_client._conversion import Types, convert, is_model, none_type, parse_datetime, render_types
from openapi_client.models import HTTPValidationError, Status, ValidationError

MOMENT = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


class Text(str):
    """A text with a class of its own."""

    __slots__ = ()


ADMITTED: dict[str, tuple[Any, Types]] = {
    "str": ("x", (str,)),
    "str_subclass": (Text("x"), (str,)),
    "bool": (True, (bool,)),
    "int": (1, (int,)),
    "float": (1.5, (float,)),
    "datetime": (MOMENT, (datetime,)),
    "naive_datetime": (datetime(2030, 1, 2), (datetime,)),  # noqa: DTZ001 - a naive one is what is tested
    "date": (date(2030, 1, 2), (date,)),
    "none": (None, (str, none_type)),
    "second_alternative": (1, (str, int)),
    "dict": ({"a": {1}}, (dict,)),
    "model": (Status(success=True, details="x"), (Status,)),
}

CONVERTED: dict[str, tuple[Any, Types, Any]] = {
    "int_to_float": (1, (float,), 1.0),
    "list": ([1, "x"], ([str, int],), [1, "x"]),
    "list_of_float": ([1, 2.5], ([float],), [1.0, 2.5]),
    "dictionary": ({"a": 1}, ({str: (float,)},), {"a": 1.0}),
    "mapping_to_dictionary": (MappingProxyType({"a": 1}), ({str: (int,)},), {"a": 1}),
    "list_of_lists": ([[1]], ([[float]],), [[1.0]]),
    "mapping_to_model": (MappingProxyType({"success": True, "details": "x"}), (Status,), Status(True, "x")),
    "list_of_models": ([{"success": True, "details": "x"}], ([Status],), [Status(True, "x")]),
    "dictionary_of_models": ({"a": {"success": True, "details": "x"}}, ({str: (Status,)},), {"a": Status(True, "x")}),
    "none_is_admitted_before_conversion": (None, (Status, none_type), None),
}

REFUSED: dict[str, tuple[Any, Types, str]] = {
    "int_for_str": (1, (str,), "Expected str, not int,"),
    "bool_for_int": (True, (int,), "Expected int, not bool,"),
    "bool_for_float": (True, (float,), "Expected float, not bool,"),
    "int_for_bool": (1, (bool,), "Expected bool, not int,"),
    "float_for_int": (1.0, (int,), "Expected int, not float,"),
    "str_for_bool": ("true", (bool,), "Expected bool, not str,"),
    "datetime_for_date": (MOMENT, (date,), "Expected date, not datetime,"),
    "date_for_datetime": (date(2030, 1, 2), (datetime,), "Expected datetime, not date,"),
    "none_for_str": (None, (str,), "Expected str, not NoneType,"),
    "tuple_for_list": (("x",), ([str, int],), "Expected list of str or int, not tuple,"),
    "str_for_list": ("x", ([str],), "Expected list of str, not str,"),
    "list_for_dictionary": ([], ({str: (int,)},), "Expected dict of int, not list,"),
    "list_for_model": ([], (Status, none_type), "Expected Status or None, not list,"),
    "other_model": (Status(True, "x"), (ValidationError,), "Expected ValidationError, not Status,"),
    "int_for_datetime": (1893553445, (datetime,), "Expected datetime, not int,"),
    "text_for_datetime_unparsed": ("2030-01-02T03:04:05Z", (datetime,), "Expected datetime, not str,"),
    "text_for_date_unparsed": ("2030-01-02", (date,), "Expected date, not str,"),
}

EAST, WEST = timezone(timedelta(hours=5)), timezone(timedelta(hours=-5))
TIMES = {
    "zulu": ("2030-01-02T03:04:05Z", MOMENT),
    "small_letters": ("2030-01-02t03:04:05z", MOMENT),
    "offset": ("2030-01-02T05:04:05+02:00", MOMENT),
    "space": ("2030-01-02 03:04:05+00:00", MOMENT),
    "naive_is_utc": ("2030-01-02T03:04:05", MOMENT),
    "microseconds": ("2030-01-02T03:04:05.000678Z", MOMENT.replace(microsecond=678)),
    "nanoseconds_are_cut": ("2030-01-02T03:04:05.000678999Z", MOMENT.replace(microsecond=678)),
    "minutes": ("2030-01-02T03:04Z", MOMENT.replace(second=0)),
    "basic": ("20300102T030405Z", MOMENT),
    "http": ("Wed, 02 Jan 2030 03:04:05 GMT", MOMENT),
    "http_of_old": ("Wednesday, 02-Jan-30 03:04:05 GMT", MOMENT),
    "ctime": ("Wed Jan  2 03:04:05 2030", MOMENT),
    "mail": ("Wed, 02 Jan 2030 05:04:05 +0200", MOMENT),
    "utc_by_name": ("2030-01-02 03:04:05 UTC", MOMENT),
    "first_year": ("0001-01-01T00:00:00+05:00", datetime(1, 1, 1, tzinfo=EAST)),
    "last_year": (
        "9999-12-31T23:59:59-05:00",
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=WEST),
    ),
}

NO_TIMES = {
    "empty": "",
    "blank": "   ",
    "word": "soon",
    "day_of_this_month": "10",
    "time_alone": "03:04:05",
    "weekday_and_time": "Wed 03:04:05",
    "month_and_time": "Jan 2030 03:04",
    "no_year": "12 May 03:04:05 +0000",
    "date_alone": "2030-01-02",
    "basic_date_alone": "20300102",
    "week_date_alone": "2030-W01-1",
    "date_in_words": "2 January 2030",
    "epoch": "1893553445",
    "time_zone_by_name": "2030-01-02T03:04:05 EST",
    "other_time_zone_by_name": "Wed, 02 Jan 2030 03:04:05 CET",
    "place": "2030-01-02T03:04:05 America/New_York",
    "month_13": "2030-13-02T03:04:05Z",
    "hour_25": "2030-01-02T25:00:00Z",
    "leap_second": "2030-12-31T23:59:60Z",
    "offset_of_days": "2030-01-02T03:04:05+99:00",
    "year_10000": "10000-01-01T00:00:00Z",
    "year_99999": "99999-01-01T00:00:00",
    "huge_number": "9" * 10_000,
    "infinite": "1e999",
}


@pytest.mark.parametrize("empty", [None, False, [], {}], ids=["null", "false", "list", "object"])
def test_empty_optional_value_of_a_server_is_absent(empty: object) -> None:
    """A value of the wrong type would cost the rest of the answer; a program's own value is still checked."""
    assert convert(empty, (str, none_type), ("a",), parse=True) is None
    if empty is not None:
        with pytest.raises(ApiTypeError):
            convert(empty, (str, none_type), ("a",))
        with pytest.raises(ApiTypeError):
            convert(empty, (str,), ("a",), parse=True)


@pytest.mark.parametrize("number", [10**400, -(10**400)], ids=["large", "small"])
def test_whole_number_beyond_floats_is_a_value_error(number: int) -> None:
    """JSON has whole numbers of any size, and Python's own error names neither the place nor what is wanted."""
    with pytest.raises(ApiValueError, match=r"a number that a float can hold.*at \['a'\]\[0\]"):
        convert([number], ([float],), ("a",))


@pytest.mark.parametrize(("value", "types"), ADMITTED.values(), ids=ADMITTED)
def test_value_of_a_type_is_itself(value: Any, types: Types) -> None:
    """What fits is not copied."""
    assert convert(value, types, ()) is value


@pytest.mark.parametrize(("value", "types", "wanted"), CONVERTED.values(), ids=CONVERTED)
def test_value_is_converted(value: Any, types: Types, wanted: Any) -> None:
    """Mappings become models, whole numbers floats, also in lists and dictionaries."""
    converted = convert(value, types, ())
    assert converted == wanted
    assert type(converted) is type(wanted)


@pytest.mark.parametrize(("value", "types", "message"), REFUSED.values(), ids=REFUSED)
def test_value_of_another_type_is_refused(value: Any, types: Types, message: str) -> None:
    """The error says what was wanted, what came and where."""
    with pytest.raises(ApiTypeError) as caught:
        convert(value, types, ("a", 0))
    assert str(caught.value) == f"{message} at ['a'][0]"
    assert caught.value.path_to_item == ["a", 0]
    assert caught.value.valid_classes == types
    assert caught.value.key_type is False


@pytest.mark.parametrize(("value", "types"), [(row[0], row[1]) for row in REFUSED.values()], ids=REFUSED)
def test_value_of_another_type_is_taken_without_checks(value: Any, types: Types) -> None:
    """As it is."""
    assert convert(value, types, (), check=False) is value


@pytest.mark.parametrize(
    ("value", "types", "path"),
    [
        (["x", None], ([str],), [1]),
        ({"a": {"b": None}}, ({str: ({str: (int,)},)},), ["a", "b"]),
        ([{"success": True, "details": 1}], ([Status],), [0, "details"]),
        ([{"loc": ["a", 1.5], "msg": "", "type": ""}], ([ValidationError],), [0, "loc", 1]),
    ],
    ids=["list", "dictionaries", "model", "list_in_model_in_list"],
)
def test_error_names_the_path_below(value: Any, types: Types, path: list[str | int]) -> None:
    """Through lists, dictionaries and models."""
    with pytest.raises(ApiTypeError) as caught:
        convert(value, types, ())
    assert caught.value.path_to_item == path


def test_at_the_root_the_path_is_empty() -> None:
    """It is a list there too."""
    with pytest.raises(ApiTypeError) as caught:
        convert(1, (str,), ())
    assert caught.value.path_to_item == []
    assert str(caught.value) == "Expected str, not int,"


@pytest.mark.parametrize(("text", "moment"), TIMES.values(), ids=TIMES)
def test_text_is_a_time(text: str, moment: datetime) -> None:
    """A time always has an offset; where the text has none, it is UTC."""
    parsed = parse_datetime(text)
    assert parsed == moment
    assert parsed.utcoffset() is not None


@pytest.mark.parametrize("text", NO_TIMES.values(), ids=NO_TIMES)
def test_text_that_leaves_something_to_be_guessed_is_no_time(text: str) -> None:
    """Neither today's date nor a local time zone is put in, and no warning is given."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ApiValueError, match=r"Expected a date with a time of day .* at \['expiry'\]") as caught:
            parse_datetime(text, ("expiry",))
    assert caught.value.path_to_item == ["expiry"]


def test_texts_are_parsed_where_asked() -> None:
    """Only there, and only where a time is wanted."""
    assert convert("2030-01-02T03:04:05Z", (datetime,), (), parse=True) == MOMENT
    assert convert("2030-01-02", (date,), (), parse=True) == date(2030, 1, 2)
    assert convert(["2030-01-02"], ([date],), (), parse=True) == [date(2030, 1, 2)]
    assert convert("2030-01-02", (str, date), (), parse=True) == "2030-01-02"
    assert convert("2030-01-02T03:04:05Z", (int, datetime), (), parse=True) == MOMENT


@pytest.mark.parametrize("text", ["2030-13-02", "soon", "2030-01-02T03:04:05Z"])
def test_text_that_is_no_date_is_refused(text: str) -> None:
    """As no value rather than no type."""
    with pytest.raises(ApiValueError, match=r"Expected a date .* at \['day'\]"):
        convert(text, (date,), ("day",), parse=True)


@pytest.mark.parametrize("kind", [date, datetime])
def test_text_that_is_no_time_is_taken_without_checks(kind: type) -> None:
    """As the text that it is."""
    assert convert("soon", (kind,), (), parse=True, check=False) == "soon"


def test_text_where_none_is_wanted_is_refused_when_parsed_too() -> None:
    """Numbers and truth values are not read out of texts."""
    with pytest.raises(ApiTypeError, match="Expected int or bool, not str"):
        convert("1", (int, bool), (), parse=True)


@pytest.mark.parametrize(("kind", "expected"), [(Status, True), (dict, False), (str, False), ([Status], False)])
def test_models_are_told_from_other_types(kind: object, expected: bool) -> None:
    """Only models' classes are models."""
    assert is_model(kind) is expected


@pytest.mark.parametrize(
    ("types", "words"),
    [
        ((str,), "str"),
        ((str, none_type), "str or None"),
        (([str, int],), "list of str or int"),
        (({str: (Status,)},), "dict of Status"),
    ],
)
def test_types_are_told_in_words(types: Types, words: str) -> None:
    """As an error message has them."""
    assert render_types(types) == words


def test_mapping_is_not_changed() -> None:
    """A model takes a copy of what it is made of."""
    data = {"detail": [{"loc": [], "msg": "m", "type": "t"}]}
    assert convert(data, (HTTPValidationError,), ()).detail == [ValidationError([], "m", "t")]
    assert data == {"detail": [{"loc": [], "msg": "m", "type": "t"}]}


def test_text_that_is_no_time_in_a_list_is_a_value_error() -> None:
    """It names the item."""
    with pytest.raises(ApiValueError) as caught:
        convert(["2030-01-02T03:04:05Z", "10"], ([datetime],), ("times",), parse=True)
    assert caught.value.path_to_item == ["times", 1]
