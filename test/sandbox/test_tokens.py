"""Bearer tokens and their lifetime, on a clock that the test moves."""

from openapi_client.sandbox.tokens import TokenIssuer


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_token_is_good_until_its_lifetime_is_over() -> None:
    """A token is refused from the moment its lifetime ends."""
    clock = Clock()
    tokens = TokenIssuer(5, clock=clock)
    token = tokens.issue()
    clock.now += 4.9
    assert tokens.is_valid(token)
    clock.now += 0.1
    assert not tokens.is_valid(token)


def test_tokens_are_different_and_unknown_ones_refused() -> None:
    """Every token is its own, and one that was not issued is not good."""
    tokens = TokenIssuer(5)
    assert tokens.issue() != tokens.issue()
    assert not tokens.is_valid("other")


def test_expired_tokens_are_forgotten() -> None:
    """The memory of tokens does not grow for ever, and forgets none that is good."""
    clock = Clock()
    tokens = TokenIssuer(5, clock=clock)
    tokens.issue()
    clock.now += 3
    kept = tokens.issue()
    clock.now += 3
    tokens.issue()
    assert len(tokens._expiry_by_token) == 2
    assert tokens.is_valid(kept)
