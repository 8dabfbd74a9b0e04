"""Tracebacks: whatever formats them neither fails nor shows a secret, and a mistake of this package can be found."""

import importlib
import inspect
import pickle
import pkgutil
import re
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import rich.console
import rich.traceback
import structlog
import tblib.pickling_support  # type: ignore[import-untyped] # it states no types

import openapi_client
from openapi_client import (
    ApiClient,
    ApiException,
    ApiValueError,
    Configuration,
    CredentialResponse,
    CredentialsException,
    CredentialsRequest,
    RegistryCredentialsApi,
    S3Location,
    models,
)
from openapi_client._masking import SecretBytes, SecretText, name_frames, without_inner_frames
from openapi_client.auth import CommandTokenSource, FileTokenStore, PasswordTokenSource
from openapi_client.aws import CredentialSource
from openapi_client.model_utils import ModelNormal

TOKEN = "token-that-nobody-may-see"
PLACE = "s3://bucket/team/data/"


class OwnLocation(S3Location):
    """A model of a program's own, which sets a property before the model's constructor has run."""

    def __init__(self) -> None:
        self.extra = 5


class OwnLogin(PasswordTokenSource):
    """A login whose constructor fails."""

    def __init__(self) -> None:
        super().__init__(token_url="nowhere", username="user", password=TOKEN)


class OwnCommand(CommandTokenSource):
    """A command whose constructor fails."""

    def __init__(self) -> None:
        super().__init__([])


class OwnStore(FileTokenStore):
    """A store whose constructor fails."""

    def __init__(self) -> None:
        wrong: Any = 5
        super().__init__(wrong)


class OwnConfiguration(Configuration):
    """A Configuration whose constructor fails."""

    def __init__(self) -> None:
        wrong: Any = {"nothing": 5}
        super().__init__(password=TOKEN, **wrong)


class OwnSource(CredentialSource):
    """A source whose constructor fails."""

    def __init__(self) -> None:
        super().__init__("nowhere")


def unreachable() -> Configuration:
    return Configuration("http://127.0.0.1:9", access_token=TOKEN, retries=False)


def request() -> CredentialsRequest:
    return CredentialsRequest(S3Location.from_uri(PLACE), console_session_required=False)


def call(**options: Any) -> object:
    with ApiClient(unreachable()) as client:
        handle = RegistryCredentialsApi(client).generate_read_access_credentials(request(), **options)
        return handle.get()


def local_secrets() -> object:
    secret, data = SecretText(TOKEN * 20), SecretBytes(TOKEN.encode() * 20)
    raise ApiValueError(f"{len(secret)} and {len(data)} characters")


def wrong_answer() -> object:
    return CredentialResponse.from_json(f'{{"status": 5, "console_session_url": "{TOKEN}"}}')


def without_json() -> object:
    properties: dict[str, Any] = {"_check_type": False, "extra": object()}
    return S3Location("bucket", "path", PLACE, **properties).to_json()


def keys() -> object:
    return CredentialSource(PLACE, api=ApiClient(unreachable()))()


FAILURES: dict[str, Callable[[], object]] = {
    "model": OwnLocation,
    "login": OwnLogin,
    "command": OwnCommand,
    "store": OwnStore,
    "configuration": OwnConfiguration,
    "source": OwnSource,
    "call": call,
    "call on a thread": lambda: call(async_req=True),
    "call with a wrong option": lambda: call(_headers={"X-Token": 5}),
    "keys": keys,
    "answer": wrong_answer,
    "text that is not JSON": lambda: S3Location.from_json("{"),
    "values without JSON": without_json,
    "secrets": local_secrets,
}


def with_cgitb(error: BaseException) -> str:
    with warnings.catch_warnings():
        # Deprecated, and gone with Python 3.13.
        warnings.simplefilter("ignore", DeprecationWarning)
        cgitb = pytest.importorskip("cgitb")
    info = (type(error), error, error.__traceback__)
    return str(cgitb.text(info) + cgitb.html(info))


def with_locals(error: BaseException) -> str:
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def with_rich(error: BaseException) -> str:
    console = rich.console.Console(file=StringIO(), width=200)
    console.print(
        rich.traceback.Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True, max_frames=0)
    )
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def with_structlog(error: BaseException) -> str:
    transform = structlog.tracebacks.ExceptionDictTransformer(show_locals=True, locals_max_string=8)
    return repr(transform((type(error), error, error.__traceback__)))


FORMATTERS = [with_cgitb, with_locals, with_rich, with_structlog]


@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("formatted", FORMATTERS, ids=lambda formatted: formatted.__name__)
def test_traceback_is_formatted_without_secrets(
    formatted: Callable[[BaseException], str], fail: Callable[[], object]
) -> None:
    """With the local variables of all frames, those of objects whose constructor failed among them."""
    with pytest.raises(Exception, match=r".") as caught:
        fail()
    shown = formatted(caught.value)
    assert type(caught.value).__name__ in shown
    assert TOKEN[:8] not in re.sub(r"(?m)^.*(?:TOKEN|password=|nobody-may-see\"$).*$", "", shown)


def test_pytest_shows_locals_without_secrets(tmp_path: Path) -> None:
    """`pytest --showlocals` of a program's tests formats each of these failures."""
    program = tmp_path / "test_program.py"
    program.write_text(
        "from importlib.util import module_from_spec, spec_from_file_location\n"
        "import pytest\n"
        f"spec = spec_from_file_location('failures', {__file__!r})\n"
        "failures = module_from_spec(spec)\n"
        "spec.loader.exec_module(failures)\n"
        "@pytest.mark.parametrize('fail', failures.FAILURES.values(), ids=failures.FAILURES)\n"
        "def test_that_fails(fail): fail()\n",
        encoding="utf-8",
    )
    arguments = ["--showlocals", "--tb=long", "-p", "no:cacheprovider", "-q", "--rootdir", str(tmp_path), str(program)]
    ended = subprocess.run(  # noqa: S603 - the test's own
        [sys.executable, "-m", "pytest", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=tmp_path,
    )
    assert f"{len(FAILURES)} failed" in ended.stdout
    assert "INTERNALERROR" not in ended.stdout + ended.stderr
    shown = [line for line in ended.stdout.splitlines() if TOKEN[:8] in line]
    assert [line for line in shown if not re.match(r"TOKEN +=", line)] == []


def classes() -> Iterator[type]:
    """Every class of the package whose objects print in a way of its own."""
    for module in pkgutil.walk_packages(openapi_client.__path__, "openapi_client."):
        if not module.name.endswith("__main__"):
            for found in vars(importlib.import_module(module.name)).values():
                own = inspect.isclass(found) and found.__module__ == module.name and "__repr__" in vars(found)
                if (
                    own
                    and not hasattr(found, "__dataclass_fields__")
                    and not issubclass(found, tuple)
                    and not inspect.isabstract(found)
                ):
                    yield found


@pytest.mark.parametrize("kind", [*classes(), *(getattr(models, name) for name in models.__all__)])
def test_incomplete_object_prints(kind: Any) -> None:
    """An object without attributes, as a debugger meets it in its constructor, has a `repr` and a `dir`."""
    incomplete = kind.__new__(kind)
    assert kind.__name__.lstrip("_") in repr(incomplete) or issubclass(kind, (str, bytes, ModelNormal))
    assert isinstance(dir(incomplete), list)
    assert getattr(incomplete, "nothing", None) is None


# Mistakes of this package, as far as a test can make some: functions that fail as wrong code does.


@without_inner_frames
def mistaken(secret: str) -> object:
    return deeper(secret)


def deeper(secret: str) -> object:
    nothing: dict[str, object] = {}
    return nothing[secret[:0]]


@without_inner_frames
def outer(secret: str) -> object:
    return mistaken(secret)


NOTE = "Left out of this traceback, since the locals may hold secrets (most recent call last):"


def test_mistake_is_found_by_its_note() -> None:
    """File, line and function of the innermost frames, once, however many functions were left; and no locals."""
    with pytest.raises(KeyError) as caught:
        outer("hid" + "den")
    (note,) = caught.value.__notes__
    first = mistaken.__wrapped__.__code__.co_firstlineno + 2  # type: ignore[attr-defined] # what `wraps` leaves
    name = __name__.replace(".", "/")
    assert note.splitlines() == [
        NOTE,
        f'  File "{name}.py", line {first}, in mistaken',
        f'  File "{name}.py", line {deeper.__code__.co_firstlineno + 2}, in deeper',
    ]
    shown = with_locals(caught.value)
    assert note in shown
    assert "hidden" not in shown


def test_note_travels_with_the_error() -> None:
    """To another process, and through another call."""
    with pytest.raises(KeyError) as caught:
        outer("")
    twin = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert twin.__notes__ == caught.value.__notes__

    @without_inner_frames
    def again() -> None:
        raise twin

    with pytest.raises(KeyError) as second:
        again()
    assert second.value.__notes__ == caught.value.__notes__


def test_note_names_the_innermost_five_frames() -> None:
    """Of a recursion without end, too."""

    @without_inner_frames
    def endless() -> None:
        def descend() -> None:
            descend()

        descend()

    with pytest.raises(RecursionError) as caught:
        endless()
    assert len(caught.value.__notes__[0].splitlines()) == 6


def wrong_body(client: ApiClient, **options: Any) -> object:
    """Has the package fail as if its code were wrong: whatever reads this object raises a TypeError."""
    return client.call_api("/x", "POST", body=Mistake(), **options)


class Mistake(dict[str, object]):
    """A body that cannot be read."""

    def items(self) -> Any:
        raise TypeError("wrong code")


@pytest.mark.parametrize("options", [{}, {"async_req": True}], ids=["here", "on a thread"])
def test_mistake_in_a_call_is_found(options: dict[str, Any]) -> None:
    """The note names files of the package as they are called there, from no folder of this machine."""
    with ApiClient(unreachable()) as client, pytest.raises(TypeError, match="wrong code") as caught:
        wrong_body(client, **options)
    (note,) = caught.value.__notes__
    assert 'File "openapi_client/_forms.py", line ' in note
    assert str(Path(openapi_client.__file__).parent.parent) not in note


def test_mistake_on_a_thread_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread of the pool begins a traceback of its own, which is cut as well."""

    def wrong() -> str:
        raise LookupError("wrong code")

    with ApiClient(unreachable()) as client:
        monkeypatch.setattr(client.rest_client, "request", lambda *_, **__: wrong())
        handle = RegistryCredentialsApi(client).generate_read_access_credentials(request(), async_req=True)
        with pytest.raises(LookupError) as caught:
            handle.get()
    assert "in wrong" in "\n".join(caught.value.__notes__)
    assert len(caught.value.__notes__) == 1


def test_mistake_in_a_renewal_of_keys_is_found() -> None:
    """The error that stands for it has the note, each time that it is raised, though dask has changed how they copy."""
    tblib.pickling_support.install(CredentialsException)

    class Wrong(ApiClient):
        def call_api(self, *_: Any, **__: Any) -> Any:
            raise LookupError("wrong code")

    source = CredentialSource(PLACE, api=Wrong(unreachable()))
    for _ in range(2):
        with pytest.raises(ApiException, match="wrong code") as caught:
            source()
        assert [note.partition("\n")[0] for note in caught.value.__notes__] == [NOTE]
        assert "in call_api" in caught.value.__notes__[0]
        caught.value.add_note("a program's own")


def test_error_of_this_package_has_no_note() -> None:
    """Its message says what is wrong."""
    with pytest.raises(ApiException) as caught:
        call()
    assert not hasattr(caught.value, "__notes__")


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_interrupt_passes_untouched(kind: type[BaseException]) -> None:
    """It is nobody's mistake, and where it struck is nobody's business either."""

    @without_inner_frames
    def interrupted() -> None:
        raise kind

    with pytest.raises(kind) as caught:
        interrupted()
    assert not hasattr(caught.value, "__notes__")


def test_error_that_takes_no_note_passes_as_it_is() -> None:
    """A program's own error may be of any kind."""

    class Frozen(Exception):
        def add_note(self, note: str) -> None:
            raise AttributeError(note)

    @without_inner_frames
    def fail() -> None:
        raise Frozen

    with pytest.raises(Frozen):
        fail()


def test_error_without_frames_gets_no_note() -> None:
    """There is nothing to name."""
    error = ValueError("never raised")
    name_frames(error, error)
    assert not hasattr(error, "__notes__")


def test_error_that_was_being_handled_keeps_no_frames() -> None:
    """It would be shown with them, locals and all; what the caller is handling stays the caller's."""

    @without_inner_frames
    def fail(secret: str) -> None:
        try:
            deeper(secret)
        finally:
            raise TypeError("on top")

    def handle(error: Exception) -> None:
        try:
            raise error
        except ValueError:
            fail("hid" + "den")

    own = ValueError("the caller's")
    with pytest.raises(TypeError, match="on top") as caught:
        handle(own)
    assert own.__traceback__ is not None
    with pytest.raises(TypeError, match="on top") as uncalled:
        fail("hid" + "den")
    assert type(uncalled.value.__context__) is KeyError
    assert uncalled.value.__context__.__traceback__ is None
    assert NOTE in uncalled.value.__context__.__notes__[0]
    shown = with_locals(caught.value) + with_locals(uncalled.value)
    assert "hidden" not in shown
