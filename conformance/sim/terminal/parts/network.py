"""The line to a host: up, down, or losing answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class NotConnected(Exception):  # noqa: N818  an outcome, as CardWithdrawn is one
    """The request did not leave the terminal."""


class AnswerLost(Exception):  # noqa: N818  the same
    """The request left; whether the host acted on it is unknown."""


class Network:
    """Carries requests to a host, which is any function of bytes; `up` can be switched."""

    def __init__(self, host: Callable[[bytes], bytes]) -> None:
        self._host = host
        self._lost = 0
        self.up = True

    def lose_answers(self, count: int = 1) -> None:
        """Let the host act on so many requests without an answer coming back."""
        self._lost = count

    def exchange(self, request: bytes) -> bytes:
        """The host's answer; NotConnected, AnswerLost."""
        if not self.up:
            raise NotConnected
        answer = self._host(request)
        if self._lost:
            self._lost -= 1
            raise AnswerLost
        return answer
