"""Parameters and CA public keys in force: replaced together or not at all (AC-21, O8).

They are stored as `crc32 [version, values, keys]`, bytes in hexadecimal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

from conformance.model.terminal import Capk
from conformance.sim.terminal.parts.storage import Storage, StorageDamaged

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = "parameters"


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """One version of everything that was downloaded; `values` by their names."""

    version: int = 0
    values: Mapping[str, int | str] = field(default_factory=dict)
    capks: tuple[Capk, ...] = ()

    def capk(self, rid: bytes, index: int) -> Capk | None:
        return next((each for each in self.capks if (each.rid, each.index) == (rid, index)), None)


class LoadedParameters:
    """Until a new set is whole and stored, the old one is in force."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        content = storage.read(_NAME)
        self._in_force = _decoded(content) if content else ParameterSet()

    @property
    def in_force(self) -> ParameterSet:
        return self._in_force

    def replace(self, parameters: ParameterSet) -> None:
        """Put a set in force; ValueError where one place has two keys, PowerLost, and then the old holds."""
        if len({(each.rid, each.index) for each in parameters.capks}) < len(parameters.capks):
            raise ValueError("two CA public keys have the same RID and index")
        self._storage.replace(_NAME, _encoded(parameters))
        self._in_force = parameters


def _encoded(parameters: ParameterSet) -> bytes:
    keys = [
        (each.rid.hex(), each.index, each.modulus.hex(), each.exponent.hex(), each.demonstration)
        for each in parameters.capks
    ]
    body = json.dumps([parameters.version, dict(parameters.values), keys]).encode("ascii")
    return b"%08x %b" % (crc32(body), body)


def _decoded(content: bytes) -> ParameterSet:
    checksum, _, body = content.partition(b" ")
    if checksum != b"%08x" % crc32(body):
        raise StorageDamaged("the parameters have a wrong checksum")
    version, values, keys = json.loads(body)
    capks = (
        Capk(bytes.fromhex(rid), index, bytes.fromhex(modulus), bytes.fromhex(exponent), demonstration)
        for rid, index, modulus, exponent, demonstration in keys
    )
    return ParameterSet(version, values, tuple(capks))
