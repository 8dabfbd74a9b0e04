"""Which certificate authorities are trusted: those that a Configuration names, else those of the environment."""

import os
import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from openapi_client._user_folders import user_path
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiValueError

# The names by which OpenSSL finds certificates in a folder, as `openssl rehash` makes them.
_HASHED: Final = re.compile(r"[0-9a-f]{8}\.\d+")
_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def authorities_of(configuration: Configuration) -> dict[str, Any]:
    """Return what urllib3 is to trust, as its settings; none where that is what the system trusts.

    `ssl_ca_cert` and `ca_cert_data` come first, then `REQUESTS_CA_BUNDLE`, then `SSL_CERT_FILE` and `SSL_CERT_DIR`. All
    but `ca_cert_data` name a file or a folder.

    Raises:
        ApiValueError: If there is no such file or folder. A variable of the environment that names none is passed over
            where the host is asked without TLS.
    """
    data = configuration.ca_cert_data
    if configuration.ssl_ca_cert is not None:
        return _with_data(_settings(configuration.ssl_ca_cert, "the Configuration's ssl_ca_cert"), data)
    if data is not None or not configuration.verify_ssl:
        return _with_data({}, data)
    try:
        bundle = os.environ.get("REQUESTS_CA_BUNDLE")
        return _settings(bundle, "REQUESTS_CA_BUNDLE") if bundle else _of_openssl()
    except ApiValueError:
        if configuration.host.lower().startswith("https:"):
            raise
        return {}


def certificates_at(path: str, named_by: str) -> str:
    """Return the certificates in a file, or in the files of a folder, as PEM.

    Args:
        path: The file or the folder.
        named_by: The variable or setting that names it, for the message.

    Raises:
        ApiValueError: If there is neither, it cannot be read, or there is no certificate.
    """
    place = Path(user_path(path, named_by))
    if not path or not place.exists():
        raise ApiValueError(f"There is no file {str(path)!r}, nor a folder, which {named_by} names for TLS")
    try:
        # In a folder one may be there twice, under its own name and by its hash.
        found = dict.fromkeys(found for file in _files(place) for found in _PEM.findall(file.read_bytes()))
    except OSError as error:
        raise ApiValueError(f"{str(path)!r}, which {named_by} names for TLS, cannot be read: {error}") from error
    if not found:
        raise ApiValueError(f"There is no certificate in PEM in {str(path)!r}, which {named_by} names for TLS")
    return b"\n".join(found).decode("ascii", "replace")


def _files(place: Path) -> Iterator[Path]:
    return (file for file in sorted(place.iterdir()) if file.is_file()) if place.is_dir() else iter((place,))


def _settings(path: str, named_by: str) -> dict[str, Any]:
    """Return urllib3's setting for a file or a folder."""
    place = Path(user_path(path, named_by))
    if place.is_file():
        return {"ca_certs": str(place)}
    if path and _is_hashed(place):
        return {"ca_cert_dir": str(place)}
    return {"ca_cert_data": certificates_at(path, named_by)}


def _is_hashed(place: Path) -> bool:
    """Return whether this is a folder in which OpenSSL finds certificates by itself."""
    return place.is_dir() and any(_HASHED.fullmatch(file.name) for file in place.iterdir())


def _with_data(found: dict[str, Any], data: str | bytes | None) -> dict[str, Any]:
    """Return the settings with further authorities, as PEM text or DER bytes."""
    if data is None:
        return found
    if "ca_cert_data" not in found:
        return {**found, "ca_cert_data": data}
    text = ssl.DER_cert_to_PEM_cert(data) if isinstance(data, bytes) else data
    return {**found, "ca_cert_data": f"{found['ca_cert_data']}\n{text}"}


def _of_openssl() -> dict[str, Any]:
    """Return what OpenSSL's own variables name, where OpenSSL would not understand it; else nothing.

    It adds the system's authorities to those of one variable, as it does by itself.
    """
    file, folders = os.environ.get("SSL_CERT_FILE") or "", os.environ.get("SSL_CERT_DIR") or ""
    several = [folder for folder in folders.split(os.pathsep) if folder]
    # One of several folders is often not there.
    several = [folder for folder in several if Path(folder).exists()] or several
    if (not file or Path(file).is_file()) and all(_is_hashed(Path(folder)) for folder in several):
        return {}
    named = [(file, "SSL_CERT_FILE")] if file else []
    named += [(folder, "SSL_CERT_DIR") for folder in several]
    system = ssl.get_default_verify_paths()
    others = {
        "ca_certs": "" if file else system.openssl_cafile,
        "ca_cert_dir": "" if several else system.openssl_capath,
    }
    return {
        **{name: path for name, path in others.items() if path and Path(path).exists()},
        "ca_cert_data": "\n".join(certificates_at(*place) for place in named),
    }
