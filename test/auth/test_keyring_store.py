"""Tokens in a keyring: of a real library, with a real backend, and with one that is as narrow as Windows' own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.core import load_keyring
from keyring.errors import KeyringLocked, PasswordDeleteError, PasswordSetError

from openapi_client import ApiValueError, OpenApiException
from openapi_client._private_records import key_digest
from openapi_client.auth.keyring_store import KeyringTokenStore
from openapi_client.auth.tokens import StoredTokens, StoreKey, TokenStore

KEY = StoreKey("https://login.example/realms/ocean", "client", "user")
TOKENS = StoredTokens(
    access_token="token-that-nobody-may-see",
    refresh_token="key-that-nobody-may-see",
    expires_at=1893553445.5,
    saved_at=1893553145,
    origin="",
)
LONG = replace(TOKENS, access_token=TOKENS.access_token * 100)
OTHER = replace(TOKENS, refresh_token="other", access_token="another-token" * 300)
NAME = key_digest(KEY)
HEAD = f"openapi-client/{NAME}"
WAIT_SECONDS = 60.0


class Narrow(KeyringBackend):
    """Takes what Windows takes, in memory, and lets something happen before each step."""

    priority = 1  # pyright: ignore[reportAssignmentType] # as backends have it

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # keyring's, whose types are not complete
        self.values: dict[tuple[str, str], str] = {}
        self.before: Callable[[str, str], None] = lambda _step, _service: None

    def get_password(self, service: str, username: str) -> str | None:
        self.before("get", service)
        return self.values.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.before("set", service)
        assert len(password.encode("utf-16-le")) <= 2560
        self.values[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.before("delete", service)
        del self.values[service, username]


@pytest.fixture(autouse=True)
def backend() -> Iterator[Narrow]:
    """The keyring that is set up, until the end of the test."""
    before = keyring.get_keyring()
    keyring.set_keyring(narrow := Narrow())
    yield narrow
    keyring.set_keyring(before)


@pytest.fixture
def store(tmp_path: Path) -> TokenStore:
    """A store whose locks are in a folder that is not there yet."""
    return KeyringTokenStore(tmp_path / "store")


@pytest.fixture
def use_plaintext(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The backend of keyrings.alt that keeps a plain file, in a folder of the test's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    keyring.set_keyring(load_keyring("keyrings.alt.file.PlaintextKeyring"))


SIZES = {
    "short": replace(TOKENS, refresh_token=None, expires_at=None),
    "odd": replace(TOKENS, access_token='é"\\\n%\ud800'),
    "long": LONG,
    "longest": replace(TOKENS, access_token="x" * 65536, refresh_token="y" * 65536),
}


@pytest.mark.parametrize("tokens", SIZES.values(), ids=SIZES)
def test_saved_tokens_are_loaded_by_another_store(
    store: TokenStore, backend: Narrow, tmp_path: Path, tokens: StoredTokens
) -> None:
    """They are what they were, however long, until they are removed; nothing is left then."""
    assert store.load(KEY) is None
    for kept in (LONG, TOKENS, tokens):
        store.save(KEY, kept)
        assert KeyringTokenStore(tmp_path).load(KEY) == kept
    for _ in range(2):
        store.remove(KEY)
        assert store.load(KEY) is None
        assert not backend.values


@pytest.mark.usefixtures("use_plaintext")
def test_real_backend_keeps_tokens(store: TokenStore) -> None:
    """A backend that a user can have takes them, gives them back and forgets them."""
    for kept in (LONG, SIZES["short"], SIZES["odd"], LONG):
        store.save(KEY, kept)
        assert store.load(KEY) == kept
    store.remove(KEY)
    assert store.load(KEY) is None


def test_values_are_few_and_named_after_the_key(store: TokenStore, backend: Narrow) -> None:
    """Short tokens are one value; long ones have others beside it, of which none outlives the next save."""
    services: list[list[str]] = []
    for kept in (TOKENS, LONG, LONG, TOKENS):
        store.save(KEY, kept)
        services.append(sorted(service for service, user in backend.values if user == NAME))
    assert services == [
        [HEAD],
        [HEAD, f"{HEAD}/b/1", f"{HEAD}/b/2"],
        [HEAD, f"{HEAD}/a/1", f"{HEAD}/a/2"],
        [HEAD],
    ]


def test_each_key_has_tokens_of_its_own(store: TokenStore) -> None:
    """What is removed under one stays under another."""
    other = replace(KEY, user="other")
    store.save(KEY, LONG)
    assert store.load(other) is None
    store.save(other, OTHER)
    store.remove(other)
    assert store.load(KEY) == LONG


@pytest.mark.parametrize("steps", range(16))
def test_save_that_is_cut_short_is_whole_or_not_at_all(store: TokenStore, backend: Narrow, steps: int) -> None:
    """Wherever the program ends, the tokens are the old or the new ones, and the next save leaves nothing behind."""
    store.save(KEY, replace(LONG, access_token="x" * 6000))
    left = iter(range(steps))

    def end(_step: str, _service: str) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    backend.before = end
    with suppress(KeyboardInterrupt):
        store.save(KEY, OTHER)
    backend.before = lambda _step, _service: None
    assert store.load(KEY) in (replace(LONG, access_token="x" * 6000), OTHER)
    for _ in range(2):
        store.save(KEY, TOKENS)
        assert store.load(KEY) == TOKENS
    assert len(backend.values) == 1


@pytest.mark.parametrize("saves", range(1, 4))
def test_reader_whom_saves_meet_finds_tokens_that_were_saved(store: TokenStore, backend: Narrow, saves: int) -> None:
    """However many there are while it reads, it never puts together parts of several."""
    store.save(KEY, LONG)
    kept = [replace(LONG, refresh_token=str(number)) for number in range(saves)]

    def save_meanwhile(_step: str, service: str) -> None:
        if service.endswith("/1"):
            backend.before = lambda _step, _service: None
            for tokens in kept:
                store.save(KEY, tokens)

    backend.before = save_meanwhile
    assert store.load(KEY) == kept[-1]


def test_reader_whom_saves_always_meet_gives_up(store: TokenStore, backend: Narrow) -> None:
    """It ends, with nothing, rather than read for ever."""
    store.save(KEY, LONG)
    reads: list[str] = []

    def lose_parts(_step: str, service: str) -> None:
        reads.append(service)
        backend.values = {place: value for place, value in backend.values.items() if place[0] == HEAD}

    backend.before = lose_parts
    assert store.load(KEY) is None
    assert reads.count(HEAD) == 3


@pytest.mark.parametrize(
    "value", ["", "a", "a 0\n{}", "c 0 " + "0" * 64 + "\n", "a 1000 " + "0" * 64 + "\n", "a 0 " + "0" * 64 + "\n{}"]
)
def test_foreign_value_is_no_tokens(store: TokenStore, backend: Narrow, value: str) -> None:
    """Whatever is there under the name raises nothing, and the next save replaces it."""
    backend.values[HEAD, NAME] = value
    assert store.load(KEY) is None
    store.save(KEY, LONG)
    assert store.load(KEY) == LONG


def test_value_of_another_key_is_no_tokens(store: TokenStore, backend: Narrow) -> None:
    """The key in the text must be the one that is asked for."""
    store.save(replace(KEY, user="other"), TOKENS)
    (value,) = backend.values.values()
    backend.values[HEAD, NAME] = value
    assert store.load(KEY) is None


FAILURES = {
    "locked": (KeyringLocked("Failed to unlock the collection!"), "Failed to unlock the collection!"),
    "refused": (PasswordSetError("Can't store password on keychain"), "Can't store password on keychain"),
    "not_removed": (PasswordDeleteError("not found"), "not found"),
    "text": (ValueError(f"{TOKENS.access_token} cannot be written"), "ValueError, its text withheld"),
    "unicode": (UnicodeDecodeError("utf-8", TOKENS.access_token.encode(), 0, 1, "bad"), "its text withheld"),
}


@pytest.mark.parametrize(("failure", "shown"), FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize(("step", "done"), [("get", "read"), ("set", "written"), ("delete", "changed")])
def test_failing_keyring_is_an_error_of_ours_without_secrets(
    store: TokenStore,
    backend: Narrow,
    secrets_in: Callable[..., list[str]],
    failure: Exception,
    shown: str,
    step: str,
    done: str,
) -> None:
    """It says what could not be done, and its cause is the keyring's own error, freed of what may hold a token."""
    store.save(KEY, LONG)

    def fail(asked: str, _service: str) -> None:
        if asked == step:
            raise failure from ValueError(TOKENS.access_token)

    backend.before = fail
    with pytest.raises(OpenApiException, match=f"keyring could not be {done}: .*{shown}") as caught:
        store.save(KEY, OTHER)
    assert caught.value.__cause__
    assert caught.value.__cause__.__cause__ is None
    assert not secrets_in(caught.value)


def test_no_keyring_is_an_error_of_ours(store: TokenStore) -> None:
    """Each use says so, and what could be installed."""
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call] # keyring's, whose types are not complete
    uses: tuple[Callable[[], object], ...] = (
        lambda: store.load(KEY),
        lambda: store.save(KEY, TOKENS),
        lambda: store.remove(KEY),
    )
    for use in uses:
        with pytest.raises(OpenApiException, match="No recommended backend was available"):
            use()


def test_missing_library_is_named_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install, when the store is made."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ApiValueError, match='keyring is not installed: pip install "keyring>='):
        KeyringTokenStore()


def test_library_that_cannot_be_set_up_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its settings may name a backend that is not there."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "missing_backend.Keyring")
    for name in [name for name in sys.modules if name.partition(".")[0] == "keyring"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(OpenApiException, match="could not be set up: No module named 'missing_backend'"):
        KeyringTokenStore()


def test_store_without_a_home_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its locks need a folder; in the current one they are not kept either."""
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", ".")
    with pytest.raises(ApiValueError, match="no home folder"):
        KeyringTokenStore()
    with pytest.raises(ApiValueError, match="current folder"):
        KeyringTokenStore(".")


def test_store_shows_no_secret(store: TokenStore, tmp_path: Path, secrets_in: Callable[..., list[str]]) -> None:
    """Neither it nor what it loads; in the folder is a lock and no token."""
    with store.lock(KEY):
        store.save(KEY, LONG)
    assert not secrets_in(store, store.load(KEY))
    assert repr(store) == f"KeyringTokenStore({str(tmp_path / 'store')!r})"
    (lock,) = (tmp_path / "store").iterdir()
    assert (lock.name, lock.read_bytes()) == (f"{NAME}.lock", b"")


PROGRAM = """
import sys
from dataclasses import replace
from openapi_client.auth.keyring_store import KeyringTokenStore
from openapi_client.auth.tokens import StoreKey

store, key = KeyringTokenStore(sys.argv[1]), StoreKey("issuer", "client", "user")
for _ in range(5):
    with store.lock(key):
        tokens = store.load(key)
        store.save(key, replace(tokens, refresh_token=str(int(tokens.refresh_token) + 1)))
"""


@pytest.mark.usefixtures("use_plaintext")
def test_programs_lose_nothing(store: TokenStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each change is made to what the change before left."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyrings.alt.file.PlaintextKeyring")
    key = StoreKey("issuer", "client", "user")
    store.save(key, replace(LONG, refresh_token="0"))
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "store")]
    programs = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]  # noqa: S603 - the test's own
    assert [program.communicate(timeout=WAIT_SECONDS)[1] for program in programs] == [b""] * 4
    assert store.load(key) == replace(LONG, refresh_token="20")
