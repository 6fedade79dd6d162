"""Parameters and CA public keys in force: replaced together or not at all (AC-21, O8).

They are stored as `crc32 json`, in the form that they have in the terminal control protocol. The blacklist
has its own place, and the date is the clock's.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any
from zlib import crc32

from conformance.link.message import structured, unstructured
from conformance.model.terminal import Parameters
from conformance.sim.terminal.parts.storage import Storage, StorageDamaged

if TYPE_CHECKING:
    from conformance.model.terminal import Capk

_NAME = "parameters"
_KEPT_ELSEWHERE = ("blacklist", "date_time")


class LoadedParameters:
    """Until a new set is whole and stored, the old one holds; before the first one, `defaults`."""

    def __init__(self, storage: Storage, defaults: Parameters | None = None) -> None:
        self._storage = storage
        content = storage.read(_NAME)
        self._in_force = _decoded(content) if content else defaults or Parameters()

    @property
    def in_force(self) -> Parameters:
        return self._in_force

    def capk(self, rid: bytes, index: int) -> Capk | None:
        keys = self._in_force.capks or ()
        return next((each for each in keys if (each.rid, each.index) == (rid, index)), None)

    def load(self, parameters: Parameters) -> None:
        """Put in force what the set names, the rest stays.

        ValueError where one place has two keys, PowerLost, and then the old set holds.
        """
        keys = parameters.capks or ()
        if len({(each.rid, each.index) for each in keys}) < len(keys):
            raise ValueError("two CA public keys have the same RID and index")
        merged = dataclasses.replace(self._in_force, **_told(parameters))
        if merged != self._in_force:
            self._storage.replace(_NAME, _encoded(merged))
            self._in_force = merged


def _told(parameters: Parameters) -> dict[str, Any]:
    values = ((field.name, getattr(parameters, field.name)) for field in dataclasses.fields(parameters))
    return {name: value for name, value in values if value is not None and name not in _KEPT_ELSEWHERE}


def _encoded(parameters: Parameters) -> bytes:
    body = json.dumps(unstructured(parameters), separators=(",", ":")).encode("ascii")
    return b"%08x %b" % (crc32(body), body)


def _decoded(content: bytes) -> Parameters:
    checksum, _, body = content.partition(b" ")
    if checksum != b"%08x" % crc32(body):
        raise StorageDamaged("the parameters have a wrong checksum")
    return structured(json.loads(body), Parameters)
