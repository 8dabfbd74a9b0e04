"""Session policies: what the credentials for one place in the bucket may do."""

import json
from typing import Final, Literal

Access = Literal["read", "write"]

_ACTIONS: Final[dict[Access, tuple[str, ...]]] = {
    "read": ("s3:GetObject",),
    "write": (
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:GetObjectTagging",
        "s3:PutObjectTagging",
        "s3:DeleteObjectTagging",
    ),
}

_LONGEST_POLICY: Final = 2048
"""In characters: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html. The store holds to it too."""

_PATTERNS: Final = ("*", "?", "${")
"""What IAM reads as a pattern or a variable. IAM has an escape for each; SeaweedFS 4.48 does not know them."""


def normal_path(path: str) -> str:
    """The path as an object key prefix: without slashes at its ends; empty for the whole bucket.

    Raises:
        ValueError: The path would open more than one place, or none: it holds a pattern of the policy language, a `.`
            or `..` segment or a control character. The message is for the user.
    """
    normal = path.strip("/")
    for pattern in _PATTERNS:
        if pattern in normal:
            raise ValueError(f"The path holds {pattern!r}, which would make it a pattern for more than one place.")
    if any(segment in {".", ".."} for segment in normal.split("/")):
        raise ValueError("The path holds a segment '.' or '..', which no object key may hold.")
    if any(ord(character) < ord(" ") for character in normal):
        raise ValueError("The path holds a control character.")
    return normal


def is_at_or_below(path: str, ancestor: str) -> bool:
    """Whether a place is another one or lies below it; both paths are normal ones."""
    return not ancestor or path == ancestor or path.startswith(f"{ancestor}/")


def session_policy(bucket_name: str, path: str, access: Access) -> str:
    """The policy document: list the whole bucket; read, or read and write, at the path and below it.

    Args:
        bucket_name: The bucket.
        path: A normal path in it.
        access: What may be done with the objects there.

    Raises:
        ValueError: The path makes the policy longer than STS takes. The message is for the user.
    """
    bucket = f"arn:aws:s3:::{bucket_name}"
    objects = [f"{bucket}/{path}", f"{bucket}/{path}/*"] if path else [f"{bucket}/*"]
    policy = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [bucket]},
                {"Effect": "Allow", "Action": list(_ACTIONS[access]), "Resource": objects},
            ],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    if len(policy) > _LONGEST_POLICY:
        raise ValueError("The path is too long: its session policy would have more characters than STS takes.")
    return policy
