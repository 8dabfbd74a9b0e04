"""The logging part of a Configuration: nothing is touched until one of its properties is assigned."""

import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from os import PathLike

_FORMAT: Final = "%(asctime)s %(levelname)s %(message)s"


class LoggingConfiguration:
    """Levels and handlers of two loggers: this package's and urllib3's.

    Attributes:
        logger: The two loggers, under `package_logger` and `urllib3_logger`.
        logger_file_handler: The handler that writes `logger_file`, or None.
        logger_stream_handler: The handler that writes to standard error where nothing else would show the records of
            `debug`, or None.
        logger_formatter: What `logger_format` was made into.
    """

    def __init__(self) -> None:
        self.logger: dict[str, logging.Logger] = {
            "package_logger": logging.getLogger("openapi_client"),
            "urllib3_logger": logging.getLogger("urllib3"),
        }
        self.logger_file_handler: logging.FileHandler | None = None
        self.logger_stream_handler: logging.Handler | None = None
        self.logger_formatter: logging.Formatter = logging.Formatter(_FORMAT)
        self._logger_format = _FORMAT
        self._logger_file: str | PathLike[str] | None = None
        self._debug = False

    @property
    def debug(self) -> bool:
        """Whether the two loggers log at DEBUG; no record of theirs holds a secret. http.client's own stays off."""
        return self._debug

    @debug.setter
    def debug(self, value: bool) -> None:
        self._debug = bool(value)
        for logger in self.logger.values():
            logger.setLevel(logging.DEBUG if value else logging.WARNING)
        if value and not self._are_shown():
            self.logger_stream_handler = logging.StreamHandler()
            self._add(self.logger_stream_handler)
        elif not value and self.logger_stream_handler:
            self._remove(self.logger_stream_handler)
            self.logger_stream_handler = None

    @property
    def logger_file(self) -> "str | PathLike[str] | None":
        """The file that the two loggers write to beside whatever else they do; None for none."""
        return self._logger_file

    @logger_file.setter
    def logger_file(self, value: "str | PathLike[str] | None") -> None:
        path = None
        if value:
            from openapi_client._user_folders import user_path  # noqa: PLC0415 - loaded when first wanted

            path = user_path(value, "logger_file")
        if self.logger_file_handler:
            self._remove(self.logger_file_handler)
        self._logger_file = value
        self.logger_file_handler = logging.FileHandler(path, encoding="utf-8", delay=True) if path else None
        if self.logger_file_handler:
            self._add(self.logger_file_handler)

    @property
    def logger_format(self) -> str:
        """The format of the records that this Configuration's own handlers write, as `logging.Formatter` takes it."""
        return self._logger_format

    @logger_format.setter
    def logger_format(self, value: str) -> None:
        self._logger_format = value
        self.logger_formatter = logging.Formatter(value)
        for handler in (self.logger_file_handler, self.logger_stream_handler):
            if handler:
                handler.setFormatter(self.logger_formatter)

    def _are_shown(self) -> bool:
        return all(logger.hasHandlers() for logger in self.logger.values())

    def _add(self, handler: logging.Handler) -> None:
        handler.setFormatter(self.logger_formatter)
        for logger in self.logger.values():
            logger.addHandler(handler)

    def _remove(self, handler: logging.Handler) -> None:
        for logger in self.logger.values():
            logger.removeHandler(handler)
        handler.close()
