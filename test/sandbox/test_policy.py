"""Paths and the policies made of them."""

import json

import pytest

from openapi_client.sandbox.policy import is_at_or_below, normal_path, session_policy


@pytest.mark.parametrize("path", ["a/b", "/a/b", "a/b/", "//a/b//"])
def test_slashes_at_the_ends_are_dropped(path: str) -> None:
    """A path is the same with and without slashes at its ends."""
    assert normal_path(path) == "a/b"


@pytest.mark.parametrize("path", ["$a", "{a}", "a.b", "...", "[a]", "a//b", "a b", "\N{SNOWMAN}"])
def test_other_signs_stay(path: str) -> None:
    """What the policy language reads as itself is left alone."""
    assert normal_path(path) == path


@pytest.mark.parametrize("path", ["*", "a/*", "a?", "${a}", "a/.", "./a", "..", "a/../b", "a\0b", "\t"])
def test_path_that_is_no_single_place_is_refused(path: str) -> None:
    """Patterns, variables, relative segments and control characters are refused."""
    with pytest.raises(ValueError, match=r"^The path holds "):
        normal_path(path)


@pytest.mark.parametrize(
    ("path", "ancestor", "expected"),
    [("a", "a", True), ("a/b", "a", True), ("ab", "a", False), ("a", "a/b", False), ("a", "", True), ("", "a", False)],
)
def test_at_or_below(path: str, ancestor: str, expected: bool) -> None:
    """A place lies below another if the other's segments are its first ones."""
    assert is_at_or_below(path, ancestor) is expected


def test_policy_for_reading() -> None:
    """Reading is listing the bucket, and getting objects at the path and below."""
    assert json.loads(session_policy("bkt", "a", "read"))["Statement"] == [
        {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::bkt"]},
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::bkt/a", "arn:aws:s3:::bkt/a/*"]},
    ]


def test_policy_longer_than_sts_takes_is_refused() -> None:
    """STS takes 2048 characters; a policy of more is not sent."""
    longest = next(size for size in range(1024, 0, -1) if _fits(size))
    assert len(session_policy("bkt", "a" * longest, "write")) in {2047, 2048}


def _fits(size: int) -> bool:
    try:
        session_policy("bkt", "a" * size, "write")
    except ValueError as error:
        assert "The path is too long" in str(error)  # noqa: PT017 - one of two expected outcomes
        return False
    return True
