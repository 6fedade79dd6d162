"""What was shown or sent in a case, of which the one that the case goes on with may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")


class NotShownError(LookupError):
    """What a case goes on with was not shown, or not sent: nothing more can be said about the IUT."""


class Shown(list[T]):
    """Values of one kind, oldest first; whoever takes one that is not there gets NotShownError."""

    def __init__(self, what: str, values: Iterable[T]) -> None:
        super().__init__(values)
        self._what = what

    @overload
    def __getitem__(self, place: SupportsIndex) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> list[T]: ...

    def __getitem__(self, place: SupportsIndex | slice) -> T | list[T]:
        try:
            return super().__getitem__(place)
        except IndexError:
            raise NotShownError(self._what) from None
