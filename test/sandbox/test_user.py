"""The one user."""

from openapi_client.sandbox.user import User


def test_user_shows_no_password() -> None:
    """The password is not in the representation of the user."""
    assert repr(User("somebody", "hush")) == "User(name='somebody')"


def test_user_matches_name_and_password_together() -> None:
    """Both must be right, and where one ends counts."""
    user = User("ab", "cd")
    assert user.matches("ab", "cd")
    assert not any(
        user.matches(*other) for other in (("ab", "c"), ("a", "bcd"), ("abc", "d"), ("", ""), ("ab", "c\xe9"))
    )
