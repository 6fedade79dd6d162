"""The image of a card: what personalisation fixed, encoded once, and what the card answers from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.codec.values import from_bcd
from conformance.sim.card.capp import CAPP_CACHE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.codec.apdu import ResponseApdu
    from conformance.codec.bits import CardProcessing, Ctq
    from conformance.codec.dol import Dol
    from conformance.crypto.keys import CardKeys
    from conformance.crypto.rsa import RsaPrivateKey
    from conformance.sim.card.paths import Paths
    from conformance.sim.card.plan import CappFile


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its encoded objects by tag, and the whole answer where reading fills in nothing."""

    objects: tuple[tuple[int, bytes], ...]
    answer: ResponseApdu | None


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """What personalisation fixed: `elements` are values by tag, `gpo_objects` encoded objects by tag.

    An image is of one interface. `paths` are its ways with RSA and 3DES, `sm_paths` those with SM2 and SM4,
    None for a card without them (PB-6.3); the records of all of them stand together in `records`.
    `load_log_sfi` is None without a load log, `pin_limit` where it is what 9F17 begins with. `capp_cache` are
    the bytes that updates of the extended application may take before the commit (PB-8); `pin_change_key`
    names the key that hides a new PIN, `script_mac_limit` is how many wrong script MACs in a row the card
    endures, None for any number (PB-11.6). Issuer scripts replace an image.
    """

    elements: Mapping[int, bytes]
    df_name: bytes
    fci: bytes
    directory_entry: bytes
    pdol: Dol
    log_format: Dol
    log_sfi: int
    records: Mapping[tuple[int, int], Record]
    paths: Paths
    cdol1: Dol
    cdol2: Dol
    ddol: Dol
    load_log_sfi: int | None
    gpo_objects: Mapping[int, bytes]
    issuer_application_data: bytes
    processing: CardProcessing
    qualifiers: Ctq
    icc_key: RsaPrivateKey
    keys: CardKeys
    pin: str | None = field(repr=False)
    pin_change_key: str
    sm_paths: Paths | None = None
    pin_limit: int | None = None
    capp_files: tuple[CappFile, ...] = ()
    capp_cache: int = CAPP_CACHE
    script_mac_limit: int | None = None

    def amount(self, tag: int) -> int | None:
        """An n12 element in fen, None where the profile has none."""
        value = self.elements.get(tag)
        return None if value is None else from_bcd(value)
