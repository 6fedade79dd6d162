"""The issuer: knows its cards' keys and accounts, decides, answers with ARC and ARPC, sends scripts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.apdu import CommandApdu
from conformance.codec.tags import Tag
from conformance.codec.values import IssuerApplicationData
from conformance.crypto import cryptogram, keys, laboratory, sm4
from conformance.crypto.des import retail_mac
from conformance.crypto.keys import CardKeys
from conformance.sim.host.ledger import Ledger
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

APPROVED = "00"
REFERRAL = "01"  # the attendant is to ask on the telephone (EMV Book 4 6.3.8)
NO_SUCH_CARD = "14"
FUNDS = "51"
EXPIRED = "54"
WRONG_PIN = "55"
RESTRICTED = "62"
PIN_TRIES = "75"
CRYPTOGRAM = "05"  # no source says what an issuer answers to a false ARQC [P]

_PUT_DATA = 0xDA
_SECURE_CLASS = 0x04
_MAC_LENGTH = 4
_CVN_01, _CVN_17 = 0x01, 0x11
_3DES, _SM4 = 0x01, 0x04  # the algorithm in 9F10 (PB-4.3)
_KIND_OF_CRYPTOGRAM = 0xC0
_TC = 0x40
_ARQC = 0x80
_PIN_TRIES = 3


@dataclass(frozen=True, slots=True)
class Suite:
    """The algorithm of a card's keys, and what is made with it (PB-5)."""

    derive_udk: Callable[[bytes, str, str], bytes]
    session_key: Callable[[bytes, int], bytes]
    mac: Callable[[bytes, bytes], bytes]
    arpc: Callable[[bytes, bytes, bytes], bytes]


SUITES: Mapping[int, Suite] = {
    _3DES: Suite(keys.derive_udk, keys.session_key, retail_mac, cryptogram.arpc),
    _SM4: Suite(sm4.derive_udk, sm4.session_key, sm4.sm4_mac, sm4.arpc),
}
_ELEMENTS_01 = (
    Tag.AMOUNT_AUTHORISED,
    Tag.AMOUNT_OTHER,
    Tag.TERMINAL_COUNTRY,
    Tag.TVR,
    Tag.TRANSACTION_CURRENCY,
    Tag.TRANSACTION_DATE,
    Tag.TRANSACTION_TYPE,
    Tag.UNPREDICTABLE_NUMBER,
    Tag.AIP,
    Tag.ATC,
)  # of CVN 01, before the CVR
_ELEMENTS_17 = (Tag.AMOUNT_AUTHORISED, Tag.UNPREDICTABLE_NUMBER, Tag.ATC)  # before byte 2 of the CVR


@dataclass(frozen=True, slots=True)
class Account:
    """What the issuer knows of a card. `balance` is in fen; `expires` YYMM; without a `pin` none is asked.

    Whoever asks about a card that is `referred` is told to telephone.
    """

    pan: str
    balance: int
    psn: str = "01"
    expires: str = "3012"
    pin: str = ""
    blocked: bool = False
    referred: bool = False


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What the acquirer asks. `card` holds field 55 by tag, nothing for a stripe; `pin` is None without one.

    `month` is the host's own, YYMM.
    """

    pan: str
    amount: int
    month: str
    card: Mapping[int, bytes] = field(default_factory=dict)
    pin: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """ARC, and the data objects for the card by tag: 91, 71, 72."""

    response: str
    card: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Script:
    """Commands for a card, in 71 (before the last GENERATE AC) or 72; their data without MAC."""

    identifier: bytes
    commands: tuple[CommandApdu, ...]
    template: int = Tag.ISSUER_SCRIPT_TEMPLATE_2


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the issuer's ledger; `amount` in fen, and its sign is how the account changes.

    `kind` is "opening", "debit", "credit", "hold", "release" (of a hold), "electronic cash" (paid out of the
    card, which the account does not feel) or "refused", with `response`.
    """

    number: int
    kind: str
    pan: str
    amount: int
    reference: str
    response: str = APPROVED


def put_data(tag: int, value: bytes) -> CommandApdu:
    """PUT DATA as a script command, still without its MAC (PB-2)."""
    return CommandApdu(_SECURE_CLASS, _PUT_DATA, tag >> 8, tag & 0xFF, value)


def cryptogram_true(suite: Suite, keys: CardKeys, card: Mapping[int, bytes]) -> bool:
    """9F26 is what the card's key makes of field 55; not where an object of the calculation is missing."""
    try:
        return card[Tag.AC] == _expected_cryptogram(suite, keys, card)
    except (KeyError, ValueError):
        return False


def decided(account: Account, available: int, asked: Authorisation) -> str:
    """The response code of an account that is in order but for what it says (HC-02)."""
    if account.blocked:
        return RESTRICTED
    if account.expires < asked.month:
        return EXPIRED
    if account.referred:
        return REFERRAL
    return APPROVED if asked.amount <= available else FUNDS


def pin_answer(account: Account, pin: str | None, failed: int) -> str:
    """Three wrong PINs are the last (HC-14)."""
    if not account.pin or pin is None:
        return APPROVED
    if failed >= _PIN_TRIES:
        return PIN_TRIES
    return APPROVED if pin == account.pin else WRONG_PIN


def authentication_data(suite: Suite, key: bytes, arqc: bytes, response: str) -> bytes:
    """91: ARPC by method 1, then the ARC (PB-5)."""
    code = response.encode("ascii")
    return suite.arpc(key, arqc, code) + code


def script_mac(suite: Suite, key: bytes, command: CommandApdu, atc: bytes, arqc: bytes) -> bytes:
    """4 bytes over CLA INS P1 P2 Lc, ATC, AC and the data; Lc counts the MAC (PB-5)."""
    head = bytes((command.cla, command.ins, command.p1, command.p2, len(command.data) + _MAC_LENGTH))
    return suite.mac(key, head + atc + arqc + command.data)[:_MAC_LENGTH]


@dataclass(frozen=True, slots=True)
class IssuerRules:
    """What a conforming issuer does, rule by rule with its clause."""

    cryptogram_true: Rule[Callable[[Suite, CardKeys, Mapping[int, bytes]], bool]] = Rule(
        "PB-5", cryptogram_true
    )
    pin_answer: Rule[Callable[[Account, str | None, int], str]] = Rule("HC-14", pin_answer)
    decided: Rule[Callable[[Account, int, Authorisation], str]] = Rule("HC-02", decided)
    authentication_data: Rule[Callable[[Suite, bytes, bytes, str], bytes]] = Rule("PB-5", authentication_data)
    script_mac: Rule[Callable[[Suite, bytes, CommandApdu, bytes, bytes], bytes]] = Rule("PB-5", script_mac)


class Issuer:
    """Accounts, and the ledger that moves them.

    `masters` are the master keys by the algorithm in 9F10; without them those of the laboratory in use.
    """

    def __init__(
        self,
        accounts: tuple[Account, ...] = (),
        rules: IssuerRules = IssuerRules(),
        masters: Mapping[int, CardKeys] | None = None,
    ) -> None:
        self._rules = rules
        own = {_3DES: laboratory.in_use().rsa.imk, _SM4: laboratory.in_use().sm.imk}
        self._masters = own if masters is None else masters
        self._accounts: dict[str, Account] = {}
        self._ledger: Ledger[Movement] = Ledger()
        self._scripts: dict[str, list[Script]] = {}
        self._wrong_pins: dict[str, int] = {}
        for account in accounts:
            self.open(account)

    def open(self, account: Account) -> None:
        """Take up a card, with its account's opening balance."""
        self._accounts[account.pan] = account
        self.move("opening", account.pan, account.balance, "")

    @property
    def movements(self) -> tuple[Movement, ...]:
        return tuple(self._ledger)

    def balance(self, pan: str) -> int:
        """What the account holds, held amounts included; fen."""
        moving = ("opening", "debit", "credit")
        return sum(one.amount for one in self._ledger if one.pan == pan and one.kind in moving)

    def available(self, pan: str) -> int:
        """The balance without what pre-authorisations hold; fen."""
        held = sum(one.amount for one in self._ledger if one.pan == pan and one.kind in ("hold", "release"))
        return self.balance(pan) + held

    def send_script(self, pan: str, script: Script) -> None:
        """Keep a script for the card's next online transaction."""
        self._scripts.setdefault(pan, []).append(script)

    def authorise(self, asked: Authorisation, kind: str, reference: str) -> Decision:
        """Decide about a "debit" or a "hold", and write down which it was or that it was refused."""
        response, key = self._response(asked)
        if response == APPROVED:
            self.move(kind, asked.pan, -asked.amount, reference)
        else:
            self.move("refused", asked.pan, 0, reference, response)
        return Decision(response, self._for_card(asked, key, response))

    def settle_offline(self, pan: str, amount: int, card: Mapping[int, bytes], reference: str) -> str:
        """Take a TC that a card gave offline; its money left the card already, not the account (AC-03)."""
        account = self._accounts.get(pan)
        if account is None:
            return NO_SUCH_CARD
        if self._proved(account, card) is None:
            self.move("refused", pan, 0, reference, CRYPTOGRAM)
            return CRYPTOGRAM
        self.move("electronic cash", pan, -amount, reference)
        return APPROVED

    def move(self, kind: str, pan: str, amount: int, reference: str, response: str = APPROVED) -> None:
        """Book a line; what an earlier decision brings with it comes so: void, refund, reversal, release."""
        self._ledger.append(lambda number: Movement(number, kind, pan, amount, reference, response))

    def _response(self, asked: Authorisation) -> tuple[str, _Proved | None]:
        """The response, and the card's keys where it has proved itself."""
        account = self._accounts.get(asked.pan)
        if account is None:
            return NO_SUCH_CARD, None
        proved = None
        if asked.card:
            proved = self._proved(account, asked.card) if _is_request(asked.card) else None
            if proved is None:
                return CRYPTOGRAM, None
        failed = self._wrong_pins.get(asked.pan, 0)
        answer = self._rules.pin_answer.apply(account, asked.pin, failed)
        if answer == WRONG_PIN:
            self._wrong_pins[asked.pan] = failed + 1
        elif answer == APPROVED and asked.pin is not None:
            self._wrong_pins[asked.pan] = 0
        if answer == APPROVED:
            answer = self._rules.decided.apply(account, self.available(asked.pan), asked)
        return answer, proved

    def _for_card(self, asked: Authorisation, proved: _Proved | None, response: str) -> Mapping[int, bytes]:
        """91 and the scripts that wait, for a card that proved itself."""
        if proved is None:
            return {}
        atc, arqc = asked.card[Tag.ATC], asked.card[Tag.AC]
        key = proved.suite.session_key(proved.keys.ac, int.from_bytes(atc, "big"))
        made = self._rules.authentication_data.apply(proved.suite, key, arqc, response)
        found = {int(Tag.ISSUER_AUTHENTICATION_DATA): made}
        for script in self._scripts.pop(asked.pan, ()):
            encoded = self._secured(script, proved, atc, arqc)
            found[script.template] = found.get(script.template, b"") + encoded
        return found

    def _secured(self, script: Script, proved: _Proved, atc: bytes, arqc: bytes) -> bytes:
        """The content of a script template: identifier, then commands with their MAC."""
        key = proved.suite.session_key(proved.keys.mac, int.from_bytes(atc, "big"))
        content = tlv.encode(Tag.ISSUER_SCRIPT_IDENTIFIER, script.identifier)
        for command in script.commands:
            mac = self._rules.script_mac.apply(proved.suite, key, command, atc, arqc)
            secured = CommandApdu(command.cla, command.ins, command.p1, command.p2, command.data + mac)
            content += tlv.encode(Tag.ISSUER_SCRIPT_COMMAND, secured.encode())
        return content

    def _proved(self, account: Account, card: Mapping[int, bytes]) -> _Proved | None:
        """The card's keys of the algorithm that its 9F10 names, where they made the cryptogram."""
        try:
            algorithm = IssuerApplicationData.parse(card.get(Tag.ISSUER_APPLICATION_DATA, b"")).algorithm
        except ValueError:
            return None
        if algorithm not in self._masters:
            return None
        suite, master = SUITES[algorithm], self._masters[algorithm]
        derived = (
            suite.derive_udk(key, account.pan, account.psn) for key in (master.ac, master.mac, master.enc)
        )
        own = CardKeys(*derived)
        return _Proved(suite, own) if self._rules.cryptogram_true.apply(suite, own, card) else None


@dataclass(frozen=True, slots=True)
class _Proved:
    """The keys of a card that made its cryptogram with them."""

    suite: Suite
    keys: CardKeys


def certificate(card: Mapping[int, bytes]) -> bool:
    """9F27 says TC."""
    return _kind(card) == _TC


def _is_request(card: Mapping[int, bytes]) -> bool:
    """An ARQC; or a TC of a card that approved, and whose 9F6C sends the terminal online (PB-4.6, PB-7.4).

    Either way the account is asked (PB-11.1). A card whose fDDA failed has paid by then: no source says how
    its electronic cash is made good.
    """
    return _kind(card) in {_ARQC, _TC}


def _kind(card: Mapping[int, bytes]) -> int | None:
    information = card.get(Tag.CID, b"")
    return information[0] & _KIND_OF_CRYPTOGRAM if information else None


def _expected_cryptogram(suite: Suite, keys: CardKeys, card: Mapping[int, bytes]) -> bytes:
    """The AC of CVN 01 or 17 (PB-5); KeyError and ValueError where field 55 does not bear it."""
    iad = IssuerApplicationData.parse(card[Tag.ISSUER_APPLICATION_DATA])
    key = suite.session_key(keys.ac, int.from_bytes(card[Tag.ATC], "big"))
    if iad.cvn == _CVN_17:
        return suite.mac(key, b"".join(card[tag] for tag in _ELEMENTS_17) + iad.cvr[1:2])
    if iad.cvn != _CVN_01:
        raise ValueError(f"cryptogram version {iad.cvn:02X} is not known")
    return suite.mac(key, b"".join(card[tag] for tag in _ELEMENTS_01) + iad.cvr)
