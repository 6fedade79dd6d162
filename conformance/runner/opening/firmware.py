"""Which firmware is tested, and how that is known: computed from the artefact, read, or declared."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.link.outcomes import BenchBroken
from conformance.link.started import ran
from conformance.model.refused import IdentityDiffersError
from conformance.runner.wording import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model.iut import Product
    from conformance.model.terminal import TerminalIdentity
    from conformance.runner.bench import Bench

_TOLD_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Firmware:
    """The firmware under test: its version, the SHA-256 of its artefact or None, and who said so.

    `origin` is "computed" where the digest was computed here; "read" where the device told all that is shown;
    "declared" where any of it is the vendor's word alone. `by` names the file, the device or the command.
    """

    version: str
    digest: str | None
    origin: str
    by: str


def firmware_of(
    bench: Bench, product: Product, identity: TerminalIdentity, blanks: Mapping[str, object]
) -> Firmware:
    """The firmware as this bench knows it; BenchBroken where its way to know it fails."""
    row: Mapping[str, str] = bench.terminal.get("firmware", {})
    version, digest, by = product.firmware, product.firmware_digest, ""
    if bench.channel != "program":
        version, digest = identity.firmware, identity.firmware_digest
        by = f"{identity.vendor} {identity.model}"
    if "command" in row:
        version, by = _told(filled(bench.terminal["firmware"]["command"], blanks), row["pattern"])
    if "file" in row:
        return Firmware(version, _digest(bench, row["file"]), "computed", by or row["file"])
    all_read = by and (digest is not None or product.firmware_digest is None)
    return Firmware(version, digest or product.firmware_digest, "read" if all_read else "declared", by)


def check_identity(product: Product, found: Firmware | None) -> None:
    """Hold what the bench found out against the declaration, once, before the cases."""
    if found is None:
        return
    if found.version != product.firmware:
        raise IdentityDiffersError(
            f"{product.path}: product.firmware is {product.firmware}, but the terminal identifies itself as"
            f" {found.by} {found.version}"
        )
    if None not in (found.digest, product.firmware_digest) and found.digest != product.firmware_digest:
        raise IdentityDiffersError(
            f"{product.path}: product.firmware_digest is {product.firmware_digest}, but that of"
            f" {found.by} is {found.digest} ({found.origin})"
        )


def _told(command: tuple[str, ...], pattern: str) -> tuple[str, str]:
    """The version that a command says, and the command's name."""
    said = ran(command, _TOLD_WITHIN_S)
    found = re.search(pattern, said, re.MULTILINE)
    if found is None:
        raise BenchBroken(f"terminal.firmware: {command[0]} said nothing that matches {pattern}")
    return found["firmware"], command[0]


def _digest(bench: Bench, name: str) -> str:
    try:
        with (bench.folder / name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BenchBroken(f"terminal.firmware: {name} cannot be read: {error.strerror}") from None
