"""Point-of-sale terminals that say something wrong to the card: what an overheard session shows of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.codec import apdu, tlv
from conformance.codec.tags import Tag
from conformance.kernel import options
from conformance.kernel.select import UNIONPAY
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule
from conformance.sim.terminal.pos.rules import RANDOM_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.kernel.transaction import ContactTransaction
    from conformance.link.card import CardLink

_PPSE = b"2PAY.SYS.DDF01"
_ENTRY = 4  # bytes of an AFL entry
_TO_9F02 = 6  # template 83, its length, and 9F66, which stands first in the PDOL of our card
_BINARY = b"\x0a"


@dataclass(frozen=True, slots=True)
class _Sending:
    """A card link that does something else with one command."""

    card: CardLink
    command: str
    act: Callable[[CardLink, CommandApdu], ResponseApdu]

    def reset(self) -> bytes:
        return self.card.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        return self.act(self.card, command) if command.name == self.command else self.card.exchange(command)


def _padded(card: CardLink, command: CommandApdu) -> ResponseApdu:
    return card.exchange(replace(command, data=command.data + b"\0"))


def _longer_list(card: CardLink, command: CommandApdu) -> ResponseApdu:
    listed = tlv.decode_one(command.data).value
    return card.exchange(apdu.get_processing_options(listed + b"\0"))


def _in_class_80(card: CardLink, command: CommandApdu) -> ResponseApdu:
    return card.exchange(replace(command, cla=0x80))


def _twice(card: CardLink, command: CommandApdu) -> ResponseApdu:
    answer = card.exchange(command)
    card.exchange(command)
    return answer


def _then_generates(card: CardLink, command: CommandApdu) -> ResponseApdu:
    answer = card.exchange(command)
    card.exchange(apdu.generate_ac(0, b""))
    return answer


def _binary_first(card: CardLink, command: CommandApdu) -> ResponseApdu:
    return card.exchange(replace(command, data=_BINARY + command.data[1:]))


def _binary_amount(card: CardLink, command: CommandApdu) -> ResponseApdu:
    data = command.data
    return card.exchange(replace(command, data=data[:_TO_9F02] + _BINARY + data[_TO_9F02 + 1 :]))


def _application_first(card: CardLink, command: CommandApdu) -> ResponseApdu:
    if command.data == _PPSE:
        card.exchange(apdu.select(UNIONPAY))
    return card.exchange(command)


def _backwards(card: CardLink, state: ContactTransaction) -> ContactTransaction:
    afl = state.card[Tag.AFL]
    entries = [afl[at : at + _ENTRY] for at in range(0, len(afl), _ENTRY)]
    turned = {**state.card, Tag.AFL: b"".join(reversed(entries))}
    return options.read_application(card, replace(state, card=turned))


def _zeros(_random: Random) -> bytes:
    return bytes(RANDOM_SIZE)


def _sending(  # noqa: PLR0913, PLR0917  the parts of a defect
    name: str,
    kills: str,
    finding: str,
    command: str,
    act: Callable[[CardLink, CommandApdu], ResponseApdu],
    purpose: str,
) -> Defect:
    rule = Rule("EMV Book 3 6", lambda card: _Sending(card, command, act))
    return Defect(name, "EMV Book 3 6", kills, finding, "pos", "sends", rule, purpose)


def _defect(  # noqa: PLR0913, PLR0917  the parts of a defect
    name: str, clause: str, kills: str, finding: str, replaces: str, rule: Callable[..., object], purpose: str
) -> Defect:
    return Defect(name, clause, kills, finding, "pos", replaces, Rule(clause, rule), purpose)


_GPO, _RECORD, _AC = "GET PROCESSING OPTIONS", "READ RECORD", "GENERATE AC"

# fmt: off
DEFECTS = (
    _sending("pos-pads-gpo", "COR-CON-700", "list-not-filled", _GPO, _longer_list,
             "Answers a card's PDOL with one byte more than it lists."),
    _defect("pos-reads-backwards", "EMV Book 3 10.2", "COR-CON-710", "records-differ", "contact.read",
            _backwards, "Reads the files of the AFL from the last to the first."),
    _sending("pos-pads-cdol", "COR-CON-720", "list-not-filled", _AC, _padded,
             "Sends GENERATE AC with one byte more than the CDOL lists."),
    _sending("pos-reads-in-class-80", "COR-CON-730", "class-differs", _RECORD, _in_class_80,
             "Sends READ RECORD in class 80."),
    _sending("pos-asks-again", "COR-CON-740", "command-sent", _AC, _twice,
             "Asks for a second cryptogram although the first one decided."),
    _defect("pos-number-of-zeros", "EMV Book 4 6.5.6", "COR-CON-750", "value-repeated", "unpredictable",
            _zeros, "Gives the card zeros for an unpredictable number."),
    _sending("pos-amount-in-binary", "COR-CON-760", "digits-expected", _AC, _binary_first,
             "Fills the amount of CDOL1 with a byte that is no digits."),
    _sending("pos-knows-its-application", "COR-CLS-700", "order-differs", "SELECT", _application_first,
             "Selects the debit application before it asks for the PPSE."),
    _sending("pos-pads-gpo-in-field", "COR-CLS-710", "list-not-filled", _GPO, _longer_list,
             "Answers a card's PDOL in the field with one byte more than it lists."),
    _sending("pos-reads-twice", "COR-CLS-720", "records-differ", _RECORD, _twice,
             "Reads every record twice."),
    _sending("pos-reads-in-class-80-in-field", "COR-CLS-730", "class-differs", _RECORD, _in_class_80,
             "Sends READ RECORD in class 80 in the field."),
    _sending("pos-generates-after-qpboc", "COR-CLS-740", "command-sent", _GPO, _then_generates,
             "Sends GENERATE AC after the card's qPBOC answer."),
    _defect("pos-number-of-zeros-in-field", "EMV Book 4 6.5.6", "COR-CLS-750", "value-repeated",
            "unpredictable", _zeros, "Gives the card in the field zeros for an unpredictable number."),
    _sending("pos-amount-in-binary-in-field", "COR-CLS-760", "digits-expected", _GPO, _binary_amount,
             "Fills the amount of the PDOL with a byte that is no digits."),
)
# fmt: on
