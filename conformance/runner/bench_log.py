"""What the programs of a bench printed, kept beside the record; the record holds the file's digest.

It is written as privacy allows, and only at the end of the run, so that what a card showed late is blotted
out in what was printed early.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from conformance.model.run import Observation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.link.said import Said
    from conformance.record.privacy import Privacy

_NAME = "bench.log"
_RESUMED = "bench-{}.log"  # of a run that went on: the earlier part keeps its file


def keep(folder: Path, said: Said, privacy: Privacy) -> Observation:
    """Write the log into the run's folder; what the record says of it: file, digest, bytes printed."""
    raw = str(privacy.shown(said.whole())).encode()
    path = folder / _free_name(folder)
    path.write_bytes(raw)
    digest = hashlib.sha256(raw).hexdigest()
    return Observation(
        "bench-log-file", {"file": path.name, "sha256": digest, "kept": len(raw), "printed": said.count}
    )


def kept(folder: Path) -> Sequence[Path]:
    """The logs that lie in a run's folder."""
    return sorted(folder.glob("bench*.log"))


def forget(folder: Path) -> None:
    """Remove the logs of a run whose record is written over."""
    for path in kept(folder):
        path.unlink()


def _free_name(folder: Path) -> str:
    taken = len(kept(folder))
    return _RESUMED.format(taken + 1) if taken else _NAME
