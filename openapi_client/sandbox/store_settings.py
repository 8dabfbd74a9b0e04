"""How SeaweedFS is set up: its command line, and the two files that hold its keys and its role.

Flags: `weed mini -h`. Files: https://github.com/seaweedfs/seaweedfs/wiki (Amazon S3 API, OIDC and STS integration).
"""

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from openapi_client.sandbox.keys import AdminKeys
from openapi_client.sandbox.ports import PAIR_OFFSET

PARTS: Final = ("master", "volume", "filer", "admin", "s3")
"""The servers inside the one process; each takes a pair of ports."""

_ACCOUNT: Final = "000000000000"

ROLE_ARN: Final = f"arn:aws:iam::{_ACCOUNT}:role/registry"
"""The role that the registry assumes; a session policy narrows it for each place."""

_ADMIN: Final = "admin"
_ROLE_POLICY: Final = "everything-in-the-store"


def command(program: Path, folder: Path, ports: Sequence[int]) -> list[str]:
    """The command line; it holds no secret.

    Args:
        program: The `weed` program.
        folder: A private folder for data, sockets and the two files.
        ports: A free port for each of `PARTS`.
    """
    return [
        str(program),
        "-logtostderr=true",
        "mini",
        f"-dir={folder}",
        *(f"-{part}.port={port}" for part, port in zip(PARTS, ports, strict=True)),
        # Loopback only: the default is every interface.
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        # It reports to its makers unless told not to.
        "-master.telemetry=false",
        # Nothing but S3; the filer's HTTP port would serve every object to anybody.
        "-disableHttp=true",
        "-webdav=false",
        "-admin.ui=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-s3",
        f"-s3.config={folder / 's3.json'}",
        f"-s3.iam.config={folder / 'iam.json'}",
        f"-filer.localSocket={folder / 'f.sock'}",
        f"-s3.localSocket={folder / 's.sock'}",
        "-volume.max=20",
        "-volume.preStopSeconds=0",
        "-master.volumeSizeLimitMB=64",
    ]


def environment(inherited: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment of the process, without what would change what it does.

    That is a user's AWS keys, buckets and settings of SeaweedFS, and proxies, for all that it asks is on this machine.

    Args:
        inherited: The environment of this process.
        folder: Where it finds its home and puts temporary files.
    """
    kept = {
        name: value
        for name, value in inherited.items()
        if not name.startswith(("AWS_", "S3_", "WEED_")) and not name.lower().endswith("_proxy")
    }
    return {**kept, **dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(folder))}


def socket_files(ports: Sequence[int]) -> list[Path]:
    """The socket files that it makes outside of its folder, wherever it is told that temporary files belong."""
    return [
        Path(f"/tmp/seaweedfs-{part}-grpc-{port + PAIR_OFFSET}.sock")  # noqa: S108 - SeaweedFS fixes this name
        for part, port in zip(PARTS, ports, strict=True)
    ]


def write_files(folder: Path, keys: AdminKeys, credentials_lifetime_seconds: int) -> None:
    """Write `s3.json` and `iam.json`, readable by their owner alone.

    Args:
        folder: Where to.
        keys: The keys that are to open everything.
        credentials_lifetime_seconds: How long credentials live. It is set here, not asked for with each request,
            where STS takes nothing below 900 s.
    """
    admin = {
        "name": _ADMIN,
        "credentials": [{"accessKey": keys.access_key_id, "secretKey": keys.secret_access_key}],
        "actions": ["Admin", "Read", "List", "Tagging", "Write"],
    }
    lifetime = f"{credentials_lifetime_seconds}s"
    iam = {
        "sts": {
            "tokenDuration": lifetime,
            "maxSessionLength": lifetime,
            "issuer": "openapi-client-sandbox",
            "accountId": _ACCOUNT,
            "signingKey": base64.b64encode(secrets.token_bytes(32)).decode(),
        },
        "policy": {"defaultEffect": "Deny"},
        "roles": [
            {
                "roleName": ROLE_ARN.rpartition("/")[2],
                "roleArn": ROLE_ARN,
                "trustPolicy": _policy("sts:AssumeRole", Principal={"AWS": f"arn:aws:iam::{_ACCOUNT}:user/{_ADMIN}"}),
                "attachedPolicies": [_ROLE_POLICY],
            }
        ],
        # Without the second action SeaweedFS refuses the sessions that it has minted itself.
        "policies": [{"name": _ROLE_POLICY, "document": _policy("s3:*", "sts:ValidateSession", Resource=["*"])}],
    }
    _write_private(folder / "s3.json", {"identities": [admin]})
    _write_private(folder / "iam.json", iam)


def _policy(*actions: str, **scope: object) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, **scope}]}


def _write_private(file: Path, content: object) -> None:
    file.touch(mode=0o600)
    file.write_text(json.dumps(content), encoding="utf-8")
