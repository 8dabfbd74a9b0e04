"""Packaging: the name, the version, the extras; every tool's settings are in pyproject.toml."""

import re
from pathlib import Path
from runpy import run_path

from setuptools import find_packages, setup

ROOT = Path(__file__).resolve().parent
PACKAGE = ROOT / "openapi_client" / "__init__.py"

VERSION = re.search(r'^__version__ = "(.+)"$', PACKAGE.read_text(encoding="utf-8"), re.MULTILINE)
assert VERSION, f"{PACKAGE} states no __version__"

# Read as a file: the package itself is not installed yet.
REQUIREMENTS = run_path(str(PACKAGE.with_name("_requirements.py")))

setup(
    name="registry-credentials",
    version=VERSION[1],
    description="Temporary AWS credentials for one place in a data store registry, from Python",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    keywords=["AWS", "credentials", "data store", "OpenAPI", "Provena", "S3", "STS"],
    classifiers=[
        "Development Status :: 5 - Production/Stable",
        "Intended Audience :: Developers",
        "Intended Audience :: Science/Research",
        "Programming Language :: Python :: 3 :: Only",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Typing :: Typed",
    ],
    python_requires=">=3.11",
    packages=find_packages(include=["openapi_client", "openapi_client.*"]),
    package_data={"openapi_client": ["py.typed"]},
    install_requires=list(REQUIREMENTS["REQUIRED"]),
    extras_require={
        extra: list(dict.fromkeys(libraries.values())) for extra, libraries in REQUIREMENTS["EXTRAS"].items()
    },
    entry_points={"console_scripts": ["registry-credentials = openapi_client.cli:main"]},
)
