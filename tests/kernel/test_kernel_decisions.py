"""Every path of PB-7.6 and PB-7.7 to its end, bit for bit: TVR, TSI, cryptograms, response code, balance.

Cards are simulated, and so is the issuer where one is reached. A row expects what the facts say of its path.
Of the TSI, E800 is all but issuer authentication and scripts, F800 all but scripts, FC00 everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from simulated_parties import PAN, Bank, card, inserted, tapped
from test_kernel_paths import Altered, Answering, balance

from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import Ttq, Tvr
from conformance.codec.status import StatusWord
from conformance.codec.tags import Tag
from conformance.codec.values import to_bcd
from conformance.kernel.cvm import Cardholder, NoPin
from conformance.kernel.transaction import ActionCodes, Cryptogram, Outcome, RandomSelection
from conformance.sim.host.issuer import Script, put_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.kernel.result import Result

AAC, TC, ARQC = Cryptogram.AAC, Cryptogram.TC, Cryptogram.ARQC
PIN = Cardholder(lambda _tries: "1234", lambda _pan: b"\x99" * 8)
CASH = {"electronic_cash": True, "cash_limit": 20_000}
ONLINE = {"floor_limit": 500}


@dataclass(frozen=True)
class Ending:
    """What the facts say of a path: TSI and TVR as the standard prints them, `left` on the card in fen."""

    outcome: Outcome
    tvr: Tvr
    tsi: int
    cryptograms: tuple[Cryptogram, ...]
    response: str
    left: int | None = None


class Refusing:
    """A card on a wire that answers one command with this status word."""

    def __init__(self, link: Any, command: str, code: int) -> None:
        self.link, self.command, self.code = link, command, code

    def reset(self) -> object:
        return self.link.reset()

    def exchange(self, command: Any) -> ResponseApdu:
        if command.name == self.command:
            return ResponseApdu(b"", StatusWord(self.code))
        answer: ResponseApdu = self.link.exchange(command)
        return answer


def bank(*scripts: tuple[int, int]) -> Bank:
    """An issuer that sends a PUT DATA of this tag in each of these templates."""
    own = Bank()
    for template, tag in scripts:
        own.issuer.send_script(PAN, Script(bytes(4), (put_data(tag, to_bcd(9000, 6)),), template))
    return own


def with_cda() -> Any:
    return card("debit-credit")


def listed(cvm: str, **elements: Any) -> Any:
    return card("debit-credit", elements={0x8E: bytes.fromhex("0000000000000000" + cvm), **elements})


ROWS: dict[str, tuple[Callable[[Any], Result], Callable[[], Any], Ending]] = {
    "offline approved": (inserted, card, Ending(Outcome.OFFLINE_APPROVED, Tvr(0), 0xE800, (TC,), "Y1")),
    "offline declined": (
        inserted,
        lambda: card(elements={0x9F07: b"\xc2\0"}),
        Ending(Outcome.OFFLINE_DECLINED, Tvr.SERVICE_NOT_ALLOWED, 0xE800, (AAC,), "Z1"),
    ),
    "offline declined at an offline terminal": (
        lambda link: inserted(link, type=0x23, **ONLINE),
        card,
        Ending(Outcome.OFFLINE_DECLINED, Tvr.FLOOR_LIMIT, 0xE800, (AAC,), "Z1"),
    ),
    "online approved": (
        lambda link: inserted(link, Bank(), **ONLINE),
        card,
        Ending(Outcome.ONLINE_APPROVED, Tvr.FLOOR_LIMIT, 0xF800, (ARQC, TC), "00"),
    ),
    "online approved without proof of the issuer": (
        lambda link: inserted(link, Answering(), **ONLINE),
        card,
        Ending(Outcome.ONLINE_APPROVED, Tvr.FLOOR_LIMIT, 0xE800, (ARQC, TC), "00"),
    ),
    "online declined": (
        lambda link: inserted(link, Bank(), amount=2_000_000),
        card,
        Ending(Outcome.ONLINE_DECLINED, Tvr.FLOOR_LIMIT, 0xF800, (ARQC, AAC), "51"),
    ),
    "online, issuer not authenticated": (
        lambda link: inserted(Refusing(link, "EXTERNAL AUTHENTICATE", 0x6300), Bank(), **ONLINE),
        with_cda,
        Ending(
            Outcome.ONLINE_APPROVED,
            Tvr.FLOOR_LIMIT | Tvr.ISSUER_AUTHENTICATION_FAILED,
            0xF800,
            (ARQC, TC),
            "00",
        ),
    ),
    "referral approved": (
        lambda link: inserted(link, Answering(b"01"), referral=lambda _code: True, **ONLINE),
        card,
        Ending(Outcome.ONLINE_APPROVED, Tvr.FLOOR_LIMIT, 0xE800, (ARQC, TC), "01"),
    ),
    "referral declined": (
        lambda link: inserted(link, Answering(b"02"), **ONLINE),
        card,
        Ending(Outcome.ONLINE_DECLINED, Tvr.FLOOR_LIMIT, 0xE800, (ARQC, AAC), "02"),
    ),
    "merchant forces it online": (
        lambda link: inserted(link, Bank(), terms={"forced_online": True}),
        card,
        Ending(Outcome.ONLINE_APPROVED, Tvr.MERCHANT_FORCED, 0xF800, (ARQC, TC), "00"),
    ),
    "unable to go online, declined": (
        lambda link: inserted(link, **ONLINE),
        card,
        Ending(Outcome.UNABLE_DECLINED, Tvr.FLOOR_LIMIT, 0xE800, (ARQC, AAC), "Z3"),
    ),
    "unable to go online, approved": (
        lambda link: inserted(link, random=RandomSelection(5000, 99, 99), draw=lambda: 1),
        card,
        Ending(Outcome.UNABLE_APPROVED, Tvr.RANDOM_SELECTION, 0xE800, (ARQC, TC), "Y3"),
    ),
    "unable, declined by the terminal's own code": (
        lambda link: inserted(
            link,
            random=RandomSelection(5000, 99, 99),
            draw=lambda: 1,
            action_codes=ActionCodes(default=Tvr.RANDOM_SELECTION),
        ),
        card,
        Ending(Outcome.UNABLE_DECLINED, Tvr.RANDOM_SELECTION, 0xE800, (ARQC, AAC), "Z3"),
    ),
    "script after the last cryptogram": (
        lambda link: inserted(link, bank((Tag.ISSUER_SCRIPT_TEMPLATE_2, Tag.EC_BALANCE)), **ONLINE),
        card,
        Ending(Outcome.ONLINE_APPROVED, Tvr.FLOOR_LIMIT, 0xFC00, (ARQC, TC), "00", 9000),
    ),
    "script before the last cryptogram": (
        lambda link: inserted(link, bank((Tag.ISSUER_SCRIPT_TEMPLATE_1, Tag.EC_BALANCE)), **ONLINE),
        card,
        Ending(Outcome.ONLINE_APPROVED, Tvr.FLOOR_LIMIT, 0xFC00, (ARQC, TC), "00", 9000),
    ),
    "script fails before the last cryptogram": (
        lambda link: inserted(link, bank((Tag.ISSUER_SCRIPT_TEMPLATE_1, 0x9F36)), **ONLINE),
        card,
        Ending(
            Outcome.ONLINE_APPROVED, Tvr.FLOOR_LIMIT | Tvr.SCRIPT_FAILED_BEFORE_AC, 0xFC00, (ARQC, TC), "00"
        ),
    ),
    "script fails after the last cryptogram": (
        lambda link: inserted(link, bank((Tag.ISSUER_SCRIPT_TEMPLATE_2, 0x9F36)), **ONLINE),
        card,
        Ending(
            Outcome.ONLINE_APPROVED, Tvr.FLOOR_LIMIT | Tvr.SCRIPT_FAILED_AFTER_AC, 0xFC00, (ARQC, TC), "00"
        ),
    ),
    "CDA with both cryptograms": (
        lambda link: inserted(link, Bank(), holder=PIN, **ONLINE),
        with_cda,
        Ending(Outcome.ONLINE_APPROVED, Tvr.FLOOR_LIMIT, 0xF800, (ARQC, TC), "00"),
    ),
    "CDA fails with an ARQC": (
        lambda link: inserted(Altered(link, 0x9F4B), Bank(), **ONLINE),
        with_cda,
        Ending(Outcome.OFFLINE_DECLINED, Tvr.FLOOR_LIMIT | Tvr.CDA_FAILED, 0xE800, (ARQC, AAC), "Z1"),
    ),
    "CDA fails with a TC": (
        lambda link: inserted(Altered(link, 0x9F4B)),
        with_cda,
        Ending(Outcome.OFFLINE_DECLINED, Tvr.CDA_FAILED, 0xE800, (TC,), "Z1"),
    ),
    "online PIN": (
        lambda link: inserted(link, Bank(), holder=PIN),
        lambda: listed("0200"),
        Ending(Outcome.ONLINE_APPROVED, Tvr.ONLINE_PIN_ENTERED, 0xF800, (ARQC, TC), "00"),
    ),
    "offline PIN": (
        lambda link: inserted(link, holder=PIN),
        lambda: listed("0100"),
        Ending(Outcome.OFFLINE_APPROVED, Tvr(0), 0xE800, (TC,), "Y1"),
    ),
    "enciphered offline PIN": (
        lambda link: inserted(link, holder=PIN),
        lambda: listed("0400"),
        Ending(Outcome.OFFLINE_APPROVED, Tvr(0), 0xE800, (TC,), "Y1"),
    ),
    "PIN tries used up": (
        lambda link: inserted(link, Bank(), holder=Cardholder(lambda _tries: "9999")),
        lambda: listed("0100"),
        Ending(Outcome.ONLINE_APPROVED, Tvr.CVM_FAILED | Tvr.PIN_TRIES_EXCEEDED, 0xF800, (ARQC, TC), "00"),
    ),
    "no PIN entered": (
        lambda link: inserted(link, Bank(), holder=Cardholder(lambda _tries: NoPin.NOT_ENTERED)),
        lambda: listed("41001F00"),
        Ending(Outcome.ONLINE_APPROVED, Tvr.PIN_NOT_ENTERED, 0xF800, (ARQC, TC), "00"),
    ),
    "no PIN pad": (
        lambda link: inserted(link, Bank(), holder=Cardholder()),
        lambda: listed("41001F00"),
        Ending(Outcome.ONLINE_APPROVED, Tvr.NO_PIN_PAD, 0xF800, (ARQC, TC), "00"),
    ),
    "electronic cash": (
        lambda link: inserted(link, **CASH, **ONLINE),
        card,
        Ending(Outcome.OFFLINE_APPROVED, Tvr(0), 0xE800, (TC,), "Y1", 4000),
    ),
    "electronic cash below its threshold, whose AIP asks for no issuer authentication": (
        lambda link: inserted(link, Bank(), **CASH),
        lambda: card(elements={0x9F6D: to_bcd(4500, 6)}),
        Ending(Outcome.ONLINE_APPROVED, Tvr(0), 0xE800, (ARQC, TC), "00", 5000),
    ),
    "electronic cash above its single limit": (
        lambda link: inserted(link, **CASH),
        lambda: card(elements={0x9F78: to_bcd(900, 6)}),
        Ending(Outcome.OFFLINE_APPROVED, Tvr(0), 0xE800, (TC,), "Y1", 5000),
    ),
    "electronic cash of a card that was declined": (
        lambda link: inserted(
            link, action_codes=ActionCodes(denial=Tvr.EXCEPTION_FILE), listed=lambda *_: True, **CASH
        ),
        card,
        Ending(Outcome.OFFLINE_DECLINED, Tvr.EXCEPTION_FILE, 0xE800, (AAC,), "Z1", 5000),
    ),
    "electronic cash in the first currency": (
        lambda link: inserted(link, **CASH),
        lambda: card("dual-currency"),
        Ending(Outcome.OFFLINE_APPROVED, Tvr(0), 0xE800, (TC,), "Y1", 4000),
    ),
    "electronic cash in the second currency": (
        lambda link: inserted(link, currency=bytes.fromhex("0344"), **CASH),
        lambda: card("dual-currency"),
        Ending(Outcome.OFFLINE_APPROVED, Tvr(0), 0xE800, (TC,), "Y1", 5000),
    ),
    "a load": (
        lambda link: inserted(
            link, bank((Tag.ISSUER_SCRIPT_TEMPLATE_2, Tag.EC_BALANCE)), terms={"online_only": True}
        ),
        card,
        Ending(Outcome.ONLINE_APPROVED, Tvr(0), 0xFC00, (ARQC, TC), "00", 9000),
    ),
    "a load without a line": (
        lambda link: inserted(link, terms={"online_only": True}),
        card,
        Ending(Outcome.UNABLE_DECLINED, Tvr(0), 0xE800, (ARQC, AAC), "Z3", 5000),
    ),
    "contactless debit offline": (
        lambda link: tapped(link, ttq=Ttq.CONTACTLESS_PBOC),
        lambda: card("contactless-debit", "contactless"),
        Ending(Outcome.OFFLINE_APPROVED, Tvr(0), 0xE800, (TC,), "Y1"),
    ),
    "contactless debit online": (
        lambda link: tapped(link, Bank(), ttq=Ttq.CONTACTLESS_PBOC, base=ONLINE),
        lambda: card("contactless-debit", "contactless"),
        Ending(Outcome.ONLINE_APPROVED, Tvr.FLOOR_LIMIT, 0xF800, (ARQC, TC), "00"),
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_path_ends_as_the_facts_say(name: str) -> None:
    run, made, ending = ROWS[name]
    link = made()
    result = run(link)
    observed = Ending(
        result.outcome,
        result.tvr,
        int(result.tsi),
        result.cryptograms,
        result.response_code,
        None if ending.left is None else balance(link),
    )
    assert observed == ending
