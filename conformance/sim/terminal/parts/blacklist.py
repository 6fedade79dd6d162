"""The blacklist (黑名单) in force."""

from __future__ import annotations

from conformance.model.terminal import Blacklist


class BlacklistInForce:
    """A list is replaced as a whole, together with its version (TR-11)."""

    def __init__(self) -> None:
        self._list = Blacklist(version=0)
        self._pans: frozenset[str] = frozenset()

    def replace(self, blacklist: Blacklist) -> None:
        self._list = blacklist
        self._pans = frozenset(blacklist.pans)

    def __contains__(self, pan: str) -> bool:
        return pan in self._pans

    def __len__(self) -> int:
        return len(self._pans)

    @property
    def version(self) -> int:
        return self._list.version
