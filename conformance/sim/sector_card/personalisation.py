"""Makes toll and transport cards and their PSAMs. Test keys only; every number is one of the suite's own."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from conformance.codec import purse, toll, transport
from conformance.codec.toll import CardType, IssueFile, PassRecord, PassStatus
from conformance.codec.transport import CompositeRecord, ManagementFile, PublicFile
from conformance.crypto.purse import PurseScheme, card_key, diversified
from conformance.sim.sector_card.files import Directory, Records, Transparent
from conformance.sim.sector_card.psam import Psam
from conformance.sim.sector_card.psam_rules import PsamRules, PsamState
from conformance.sim.sector_card.purse_card import PurseCard
from conformance.sim.sector_card.rules import PurseCardRules
from conformance.sim.sector_card.state import Purse, PurseCardState, PurseKeys

PSAM_TERMINAL: Final = bytes.fromhex("520000000001")
_TOLL_MASTER: Final = bytes(range(0x10, 0x20))
_TRANSPORT_MASTER: Final = bytes(range(0x30, 0x40))
_TAC_MASTER: Final = bytes(range(0x50, 0x60))
_KEY_VERSION: Final = 1
_MASTER_FILE: Final = 0x3F00
_TRANSPORT_DIRECTORY: Final = 0x1001
_HOLDER: Final = bytes(toll.HOLDER_LENGTH)
_RULES = PurseCardRules()
_PSAM_RULES = PsamRules()
_SCHEME = PurseScheme()


@dataclass(frozen=True, slots=True)
class TollCardData:
    """What makes a toll card this card. `balance` in fen; the rest as in 0015 and in record 1 of 0019.

    `status` of PassStatus, `seconds` UNIX time of the last passage, `station` four digits.
    """

    balance: int = 10_000
    plate: str = "贵G00001"
    vehicle_class: int = 1
    station: str = "0101"
    network: str = "5201"
    lane: int = 1
    seconds: int = 0
    status: int = PassStatus.CLOSED_MTC_ENTRY
    serial: bytes = bytes.fromhex("5201000000000001")
    starts: str = "20140101"
    ends: str = "20301231"
    card_type: int = CardType.STORED_VALUE
    key_version: int = _KEY_VERSION


_ISSUER: Final = "示例示例".encode("gbk")


def toll_card(own: TollCardData, *, rules: PurseCardRules = _RULES, seed: int = 0) -> PurseCard:
    """A toll user card, or with no money in it a pass card; LayoutError for what has no room."""
    network = bytes.fromhex(own.network)
    issue = IssueFile(
        issuer=_ISSUER,
        card_type=own.card_type,
        version=0x10,
        network=network,
        serial=own.serial,
        starts=own.starts,
        ends=own.ends,
        plate=own.plate,
        user_type=0,
        fci=bytes(2),
    )
    passed = PassRecord(
        network=network,
        station=bytes.fromhex(own.station),
        lane=own.lane,
        seconds=own.seconds,
        vehicle_class=own.vehicle_class,
        status=own.status,
        plate=own.plate,
    )
    others = (bytes((head,)) + bytes(size - 1) for head, size in toll.COMPOSITE_LENGTHS.items())
    application = Directory(
        toll.DIRECTORY,
        {
            toll.ISSUE: Transparent(issue.encode()),
            toll.SECOND: Transparent(bytes(toll.SECOND_LENGTH)),
            toll.COMPOSITE: Records([passed.encode(), *list(others)[1:]]),
            toll.LOG: Records(cyclic=toll.LOG_RECORDS, length=purse.LOG_LENGTH),
        },
    )
    root = Directory(_MASTER_FILE, {toll.HOLDER: Transparent(_HOLDER)}, b"1PAY.SYS.DDF01")
    keys = PurseKeys(
        {1: card_key(_TOLL_MASTER, own.serial, _ISSUER[:4])},
        diversified(_TAC_MASTER, own.serial),
        own.key_version,
    )
    return PurseCard(
        PurseCardState(root, application, toll.LOG, keys, Purse(own.balance), _SCHEME, rules, Random(seed))
    )


@dataclass(frozen=True, slots=True)
class TransportCardData:
    """What makes a transport card this card. `balance` in fen; dates are YYYYMMDD."""

    balance: int = 5_000
    province: str = "5200"
    city: str = "5204"
    interoperable: int = 1
    serial: bytes = bytes.fromhex("5204000000000001")
    card_type: int = 0x01
    starts: str = "20140101"
    ends: str = "20301231"


def transport_card(own: TransportCardData, *, rules: PurseCardRules = _RULES, seed: int = 0) -> PurseCard:
    """A card with the closed-loop transport application, EF 15 to 1E."""
    management = ManagementFile(
        bytes.fromhex(own.province), bytes.fromhex(own.city), own.interoperable, own.card_type
    )
    public = PublicFile(_ISSUER, own.card_type, 0x10, bytes(2) + own.serial, own.starts, own.ends)
    ride = CompositeRecord(transport.BUS, transport.CompositeMode.SEGMENTED, bytes(8), 0)
    application = Directory(
        _TRANSPORT_DIRECTORY,
        {
            transport.PUBLIC: Transparent(public.encode()),
            transport.HOLDER: Transparent(_HOLDER),
            transport.MANAGEMENT: Transparent(management.encode()),
            transport.LOG: Records(cyclic=transport.LOG_RECORDS, length=purse.LOG_LENGTH),
            transport.COMPOSITE: Records([ride.encode()]),
            transport.PROCESS_LOG: Records(
                cyclic=transport.PROCESS_LOG_RECORDS, length=transport.PROCESS_LOG_LENGTH
            ),
        },
        transport.NAME,
    )
    root = Directory(_MASTER_FILE, {}, b"1PAY.SYS.DDF01")
    keys = PurseKeys({1: card_key(_TRANSPORT_MASTER, own.serial)}, diversified(_TAC_MASTER, own.serial))
    return PurseCard(
        PurseCardState(
            root, application, transport.LOG, keys, Purse(own.balance), _SCHEME, rules, Random(seed)
        )
    )


def toll_psam(*, rules: PsamRules = _PSAM_RULES, terminal: bytes = PSAM_TERMINAL) -> Psam:
    """The PSAM of a toll lane."""
    return Psam(PsamState(terminal, {_KEY_VERSION: _TOLL_MASTER}, _SCHEME, rules))


def transport_psam(*, rules: PsamRules = _PSAM_RULES, terminal: bytes = PSAM_TERMINAL) -> Psam:
    """The PSAM of a validator that takes transport cards."""
    return Psam(PsamState(terminal, {_KEY_VERSION: _TRANSPORT_MASTER}, _SCHEME, rules))


def tac_key(serial: bytes) -> bytes:
    """The key with which the clearing centre verifies a card's TAC; a test key."""
    return diversified(_TAC_MASTER, serial)
