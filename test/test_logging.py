"""The logging part of a Configuration acts on two loggers when asked, and on nothing else ever."""

import copy
import http.client
import logging
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from openapi_client import Configuration

PACKAGE = logging.getLogger("openapi_client")
URLLIB3 = logging.getLogger("urllib3")
LOGGERS = (PACKAGE, URLLIB3)


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    """The two loggers as they were before, and nothing else changed at all."""
    kept = [(logger, logger.level, list(logger.handlers), logger.propagate) for logger in LOGGERS]
    others = {name: getattr(logger, "level", None) for name, logger in logging.root.manager.loggerDict.items()}
    root = logging.root.level
    yield
    for logger, level, handlers, propagate in kept:
        logger.setLevel(level)
        for handler in set(logger.handlers) - set(handlers):
            logger.removeHandler(handler)
            handler.close()
        logger.propagate = propagate
    after = {name: getattr(logger, "level", None) for name, logger in logging.root.manager.loggerDict.items()}
    assert {name: after[name] for name in others} == others
    assert logging.root.level == root
    assert http.client.HTTPConnection.debuglevel == 0


def test_loggers_are_named() -> None:
    """`logger` is a dictionary of the two loggers, by the generator's names."""
    assert Configuration().logger == {"package_logger": PACKAGE, "urllib3_logger": URLLIB3}


@pytest.mark.parametrize("level", [logging.NOTSET, logging.ERROR])
def test_construction_touches_no_logger(level: int) -> None:
    """Building, copying and pickling a Configuration changes no level and adds no handler."""
    for logger in LOGGERS:
        logger.setLevel(level)
    handlers = [list(logger.handlers) for logger in LOGGERS]
    pickle.loads(pickle.dumps(copy.deepcopy(Configuration(debug=False))))  # noqa: S301 - the test's own
    assert [logger.level for logger in LOGGERS] == [level, level]
    assert [list(logger.handlers) for logger in LOGGERS] == handlers


def test_debug_sets_the_levels_of_both() -> None:
    """`debug = True` logs at DEBUG, `debug = False` at WARNING; http.client stays silent."""
    configuration = Configuration(debug=True)
    assert configuration.debug is True
    assert [logger.level for logger in LOGGERS] == [logging.DEBUG, logging.DEBUG]
    assert http.client.HTTPConnection.debuglevel == 0
    configuration.debug = False
    assert configuration.debug is False
    assert [logger.level for logger in LOGGERS] == [logging.WARNING, logging.WARNING]


def test_debug_adds_no_handler_where_records_are_shown() -> None:
    """Where the root logger has a handler, as under pytest, `debug` adds none."""
    configuration = Configuration(debug=True)
    assert configuration.logger_stream_handler is None


def test_debug_shows_records_where_nothing_else_would(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no handler would show the records, they go to standard error until `debug` ends."""
    for logger in LOGGERS:
        logger.propagate = False
    configuration = Configuration(debug=True)
    PACKAGE.debug("seen")
    configuration.logger_format = "<%(message)s>"
    URLLIB3.debug("formatted")
    configuration.debug = False
    PACKAGE.error("unseen")
    assert configuration.logger_stream_handler is None
    shown = capsys.readouterr().err
    assert "DEBUG seen\n<formatted>\n" in shown
    assert shown.count("seen") == 1 + shown.count("unseen")


def test_file_takes_the_records_of_both(tmp_path: Path) -> None:
    """`logger_file` is written by both loggers, in `logger_format`, until another or none is assigned."""
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    configuration = Configuration()
    configuration.logger_format = "%(name)s %(message)s"
    configuration.logger_file = str(first)
    PACKAGE.warning("one")
    configuration.logger_file = second
    URLLIB3.warning("two")
    configuration.logger_format = "%(message)s!"
    PACKAGE.warning("three")
    configuration.logger_file = None
    PACKAGE.warning("four")
    assert configuration.logger_file is None
    assert configuration.logger_format == "%(message)s!"
    assert first.read_text(encoding="utf-8") == "openapi_client one\n"
    assert second.read_text(encoding="utf-8") == "urllib3 two\nthree!\n"


def test_file_is_left_alone_by_pickling(tmp_path: Path) -> None:
    """A pickled Configuration keeps the file's name and takes no handler with it."""
    configuration = Configuration()
    configuration.logger_file = tmp_path / "own.log"
    twin = pickle.loads(pickle.dumps(configuration))  # noqa: S301 - the test's own
    assert twin.logger_file == configuration.logger_file
    assert twin.logger_file_handler is None
    configuration.logger_file = None


def test_debug_in_a_bare_interpreter(run_python: Callable[..., str]) -> None:
    """A script that sets up no logging sees the records of `debug` once, and the interpreter ends without warnings."""
    script = (
        "import logging, sys; sys.stderr = sys.stdout; from openapi_client import Configuration;"
        "Configuration(debug=True); Configuration(debug=True);"
        "logging.getLogger('openapi_client').debug('seen')"
    )
    assert run_python(script).count("seen") == 1


def test_copy_leaves_the_handlers_to_the_original(tmp_path: Path) -> None:
    """A copy has no handler of its own, and so takes none away."""
    original = Configuration()
    original.logger_file = tmp_path / "log"
    twin = copy.deepcopy(original)
    twin.logger_file = None
    assert original.logger_file_handler in original.logger["package_logger"].handlers
    original.logger_file = None
