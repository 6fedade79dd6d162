"""Defective point-of-sale terminals: each is the conforming one with exactly one rule replaced."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.apdu import ResponseApdu
from conformance.codec.status import StatusWord
from conformance.codec.tags import Tag
from conformance.kernel import action, authentication, candidates, cash, contactless, cvm, options, qpboc
from conformance.kernel.authentication import Method
from conformance.kernel.initiate import YUAN
from conformance.kernel.preprocess import OtherInterfaceError
from conformance.kernel.qpboc import Turn
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import ActionCodes, Cryptogram
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule
from conformance.sim.terminal.pos import rules as conforming

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.codec.apdu import CommandApdu
    from conformance.codec.bits import Ttq
    from conformance.kernel.candidates import Choice, ContactCandidate
    from conformance.kernel.cvm import Cardholder, CvmList, CvmRule
    from conformance.kernel.issuer import OnlineAnswer
    from conformance.kernel.qpboc import ContactlessTerminal, Tapped
    from conformance.kernel.result import Result
    from conformance.kernel.select import Application
    from conformance.kernel.transaction import ContactTransaction, SupportedAid, Terms
    from conformance.link.card import CardLink

DEVICE = "pos"
_UP_TO_X = 0x06
_BLOCKED = 0x6283
_CARD_BLOCKED, _NOT_FOUND, _NO_SUCH_RECORD = 0x6A81, 0x6A82, 0x6A83


def _unset(field: int) -> int:
    """Leaves TVR and TSI as they are."""
    return field


_UNSET = Rule("PB-4.2", _unset)


def _same_with_answer(
    _card: CardLink, state: ContactTransaction, _answer: OnlineAnswer
) -> ContactTransaction:
    return state


def _never(_state: ContactTransaction) -> bool:
    return False


def _always_online(_state: ContactTransaction) -> Cryptogram:
    return Cryptogram.ARQC


def _always_tc(_state: ContactTransaction) -> Cryptogram:
    return Cryptogram.TC


def _always_aac(_state: ContactTransaction) -> Cryptogram:
    return Cryptogram.AAC


class _Altered:
    """A card link on which one thing goes wrong on the terminal's side."""

    def __init__(self, card: CardLink, exchange: Callable[[CardLink, CommandApdu], ResponseApdu]) -> None:
        self._card = card
        self._exchange = exchange

    def reset(self) -> bytes:
        return self._card.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        return self._exchange(self._card, command)


def _first_directory_record(
    card: CardLink, supported: Sequence[SupportedAid]
) -> tuple[ContactCandidate, ...]:
    """Takes the directory for ended after its first record."""

    def exchange(card: CardLink, command: CommandApdu) -> ResponseApdu:
        if command.name == "READ RECORD" and command.p1 > 1:
            return ResponseApdu(b"", StatusWord(_NO_SUCH_RECORD))
        return card.exchange(command)

    return candidates.candidates(_Altered(card, exchange), supported)


def _on_after_block(card: CardLink, supported: Sequence[SupportedAid]) -> tuple[ContactCandidate, ...]:
    """Takes 6A81 for 6A82: the file is not there."""

    def exchange(card: CardLink, command: CommandApdu) -> ResponseApdu:
        response = card.exchange(command)
        blocked = response.sw == _CARD_BLOCKED
        return ResponseApdu(b"", StatusWord(_NOT_FOUND)) if blocked else response

    return candidates.candidates(_Altered(card, exchange), supported)


def _ends_after_reading(_values: Mapping[int, bytes]) -> None:
    raise TerminatedError("record-object-missing", "9F26")


def _missing_code_is_zero(state: ContactTransaction) -> Cryptogram:
    codes = (Tag.IAC_DENIAL, Tag.IAC_ONLINE, Tag.IAC_DEFAULT)
    known: dict[int, bytes] = {tag: state.card.get(tag, bytes(5)) for tag in codes}
    return action.first_request(replace(state, card={**state.card, **known}))


def _issuer_codes_only(state: ContactTransaction) -> Cryptogram:
    return action.first_request(replace(state, terminal=replace(state.terminal, action_codes=ActionCodes())))


def _load_as_sale(state: ContactTransaction) -> Cryptogram:
    return action.first_request(replace(state, terms=replace(state.terms, online_only=False)))


def _lowest(left: Sequence[ContactCandidate], _choice: Choice) -> ContactCandidate | None:
    return left[-1] if left else None


def _unasked(left: Sequence[ContactCandidate], _choice: Choice) -> ContactCandidate | None:
    return candidates.first_by_priority(left)


def _always_partial(card: CardLink, supported: Sequence[SupportedAid]) -> tuple[ContactCandidate, ...]:
    return candidates.candidates(card, [replace(each, partial=True) for each in supported])


def _candidates_of_blocked_card(
    card: CardLink, supported: Sequence[SupportedAid]
) -> tuple[ContactCandidate, ...]:
    try:
        return candidates.candidates(card, supported)
    except TerminatedError:
        return ()


def _ends_at_6985(card: CardLink, state: ContactTransaction) -> ContactTransaction | None:
    initiated = options.initiate_contact(card, state)
    if initiated is None:
        raise TerminatedError("gpo-refused", "6985")
    return initiated


class _Unblocked:
    """A card link that takes 6283 for 9000."""

    def __init__(self, card: CardLink) -> None:
        self._card = card

    def reset(self) -> bytes:
        return self._card.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        response = self._card.exchange(command)
        blocked = response.sw == _BLOCKED
        return ResponseApdu(response.data, StatusWord(0x9000)) if blocked else response


def _select_though_blocked(card: CardLink, aid: bytes) -> Application | None:
    return candidates.select_final(_Unblocked(card), aid)


def _read_leniently(card: CardLink, state: ContactTransaction) -> ContactTransaction:
    """The last of two objects counts: what a record holds twice is read once."""
    return options.read_application(_Once(card), state)


class _Once:
    """A card link that drops an object which stands in a record twice."""

    def __init__(self, card: CardLink) -> None:
        self._card = card

    def reset(self) -> bytes:
        return self._card.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        response = self._card.exchange(command)
        if command.name != "READ RECORD" or not response.ok:
            return response
        record = tlv.decode_one(response.data)
        kept = {each.tag: each.value for each in record.children}
        content = b"".join(tlv.encode(tag, value) for tag, value in kept.items())
        return ResponseApdu(tlv.encode(record.tag, content), response.sw)


def _nothing_required(_values: Mapping[int, bytes]) -> None:
    """Misses no object."""


def _never_cda(state: ContactTransaction) -> Method:
    method = authentication.choose_method(state)
    return Method.DDA if method is Method.CDA else method


def _no_method(_state: ContactTransaction) -> Method:
    return Method.NONE


def _never_applies(_state: ContactTransaction, _listed: CvmList, _rule: CvmRule) -> bool:
    return False


def _only_below_x(state: ContactTransaction, listed: CvmList, rule: CvmRule) -> bool:
    at_x = rule.condition == _UP_TO_X and state.terms.amount == listed.x
    return not at_x and cvm.applies(state, listed, rule)


def _up_to_the_limit(state: ContactTransaction) -> bool:
    smaller = replace(state, terms=replace(state.terms, amount=state.terms.amount - 1))
    return cash.asks_for_cash(smaller)


def _in_yuan_only(state: ContactTransaction) -> bool:
    return state.terminal.currency == YUAN and cash.asks_for_cash(state)


def _always(_state: ContactTransaction) -> bool:
    return True


def _declines(_state: Tapped) -> Turn:
    return Turn.DECLINE


def _goes_on(_state: Tapped) -> Turn:
    return Turn.GO_ON


def _goes_online(_state: Tapped) -> Turn:
    return Turn.ONLINE


def _without_limits(terminal: ContactlessTerminal, _terms: Terms) -> Ttq:
    return terminal.ttq


def _zero_refused(terminal: ContactlessTerminal, terms: Terms) -> Ttq:
    if not terms.amount:
        raise OtherInterfaceError("amount 0")
    return qpboc.preprocessed(terminal, terms)


def _without_cvm(state: Tapped, _holder: Cardholder) -> Tapped:
    return state


def _nothing_verified(_state: Tapped) -> None:
    """Takes every signature for good."""


def _rsa_only(state: Tapped) -> None:
    if state.transaction is not None:
        base = state.terminal.base
        contactless.authenticate(state.transaction, base.ca_keys, state.known.terms.when.date())


def _version_01_only(state: Tapped) -> None:
    if Tag.CARD_AUTHENTICATION_RELATED_DATA not in state.values:
        raise TerminatedError("oda-object-missing", "9F69")
    qpboc.authenticate(state)


def _needs_cryptogram(state: Tapped) -> None:
    if Tag.AC not in state.values:
        raise TerminatedError("oda-object-missing", "9F26")
    qpboc.authenticate(state)


def _always_other_interface(_ttq: Ttq) -> TerminatedError:
    return OtherInterfaceError("GPO: 6985")


def _never_contact_path(_ttq: Ttq, _response: ResponseApdu) -> bool:
    return False


def _always_sale(_result: Result) -> str:
    return "sale"


def _without_line_to_sign(result: Result) -> tuple[str, ...]:
    return conforming.receipt(replace(result, signature=False))


DEFECTS = (
    Defect(
        id="pos-asks-online-for-nothing",
        clause="PB-7.7",
        kills="COR-CON-010",
        finding="request-differs",
        device=DEVICE,
        replaces="contact.first_request",
        rule=Rule("PB-7.7", _always_online),
        purpose="Asks for an ARQC whatever the TVR says.",
    ),
    Defect(
        id="pos-tsi-without-oda",
        clause="PB-4.2",
        kills="COR-CON-010",
        finding="tsi-differs",
        device=DEVICE,
        replaces="contact.marks.oda",
        rule=_UNSET,
        purpose="Does not tell in the TSI that offline data authentication was performed.",
    ),
    Defect(
        id="pos-tsi-without-cvm",
        clause="PB-4.2",
        kills="COR-CON-010",
        finding="tsi-differs",
        device=DEVICE,
        replaces="contact.marks.cvm",
        rule=_UNSET,
        purpose="Does not tell in the TSI that the cardholder was verified.",
    ),
    Defect(
        id="pos-tsi-without-card-risk",
        clause="PB-4.2",
        kills="COR-CON-010",
        finding="tsi-differs",
        device=DEVICE,
        replaces="contact.marks.card_risk_management",
        rule=_UNSET,
        purpose="Does not tell in the TSI that the card managed its risk.",
    ),
    Defect(
        id="pos-tsi-without-terminal-risk",
        clause="PB-4.2",
        kills="COR-CON-010",
        finding="tsi-differs",
        device=DEVICE,
        replaces="contact.marks.terminal_risk_management",
        rule=_UNSET,
        purpose="Does not tell in the TSI that it managed its risk.",
    ),
    Defect(
        id="pos-pse-only",
        clause="PB-1",
        kills="COR-CON-020",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contact.candidates",
        rule=Rule("EMV Book 1 12.3", candidates.from_directory),
        purpose="Knows the applications of a PSE only.",
    ),
    Defect(
        id="pos-lowest-priority",
        clause="PB-1",
        kills="COR-CON-030",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.choose",
        rule=Rule("EMV Book 1 12.4", _lowest),
        purpose="Takes the application of lowest priority.",
    ),
    Defect(
        id="pos-choice-ignored",
        clause="PB-1",
        kills="COR-CON-040",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.choose",
        rule=Rule("EMV Book 1 12.4", _unasked),
        purpose="Does not ask the cardholder.",
    ),
    Defect(
        id="pos-gives-up-on-6985",
        clause="PB-7.2",
        kills="COR-CON-050",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.initiate",
        rule=Rule("PB-7.2", _ends_at_6985),
        purpose="Ends the transaction when GET PROCESSING OPTIONS is refused.",
    ),
    Defect(
        id="pos-takes-blocked-application",
        clause="PB-2",
        kills="COR-CON-060",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.select",
        rule=Rule("PB-2", _select_though_blocked),
        purpose="Goes on with an application that is blocked.",
    ),
    Defect(
        id="pos-always-partial",
        clause="PB-1",
        kills="COR-CON-070",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contact.candidates",
        rule=Rule("EMV Book 1 12.3", _always_partial),
        purpose="Matches the beginning of a name whatever its list allows.",
    ),
    Defect(
        id="pos-tries-on-with-blocked-card",
        clause="PB-2",
        kills="COR-CON-080",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.candidates",
        rule=Rule("PB-2", _candidates_of_blocked_card),
        purpose="Goes on looking for applications on a blocked card.",
    ),
    Defect(
        id="pos-mandatory-unchecked",
        clause="PB-7.7",
        kills="COR-CON-090",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contact.mandatory",
        rule=Rule("EMV Book 3 7.2", _nothing_required),
        purpose="Does without the expiration date.",
    ),
    Defect(
        id="pos-last-object-counts",
        clause="PB-7.4",
        kills="COR-CON-100",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contact.read",
        rule=Rule("PB-7.4", _read_leniently),
        purpose="Takes the last of two objects with the same tag.",
    ),
    Defect(
        id="pos-tvr-without-oda-not-performed",
        clause="PB-4.2",
        kills="COR-CON-110",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.oda_not_performed",
        rule=_UNSET,
        purpose="Never sets B1b8 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-sda-failed",
        clause="PB-4.2",
        kills="COR-CON-120",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.sda_failed",
        rule=_UNSET,
        purpose="Never sets B1b7 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-icc-data-missing",
        clause="PB-4.2",
        kills="COR-CON-130",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.icc_data_missing",
        rule=_UNSET,
        purpose="Never sets B1b6 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-exception-file",
        clause="PB-4.2",
        kills="COR-CON-140",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.exception_file",
        rule=_UNSET,
        purpose="Never sets B1b5 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-dda-failed",
        clause="PB-4.2",
        kills="COR-CON-150",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.dda_failed",
        rule=_UNSET,
        purpose="Never sets B1b4 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-cda-failed",
        clause="PB-4.2",
        kills="COR-CON-160",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.cda_failed",
        rule=_UNSET,
        purpose="Never sets B1b3 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-version-differs",
        clause="PB-4.2",
        kills="COR-CON-170",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.version_differs",
        rule=_UNSET,
        purpose="Never sets B2b8 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-expired",
        clause="PB-4.2",
        kills="COR-CON-180",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.expired",
        rule=_UNSET,
        purpose="Never sets B2b7 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-not-yet-effective",
        clause="PB-4.2",
        kills="COR-CON-190",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.not_yet_effective",
        rule=_UNSET,
        purpose="Never sets B2b6 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-service-not-allowed",
        clause="PB-4.2",
        kills="COR-CON-200",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.service_not_allowed",
        rule=_UNSET,
        purpose="Never sets B2b5 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-new-card",
        clause="PB-4.2",
        kills="COR-CON-210",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.new_card",
        rule=_UNSET,
        purpose="Never sets B2b4 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-cvm-failed",
        clause="PB-4.2",
        kills="COR-CON-220",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.cvm_failed",
        rule=_UNSET,
        purpose="Never sets B3b8 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-unrecognised-cvm",
        clause="PB-4.2",
        kills="COR-CON-230",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.unrecognised_cvm",
        rule=_UNSET,
        purpose="Never sets B3b7 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-pin-tries-exceeded",
        clause="PB-4.2",
        kills="COR-CON-240",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.pin_tries_exceeded",
        rule=_UNSET,
        purpose="Never sets B3b6 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-no-pin-pad",
        clause="PB-4.2",
        kills="COR-CON-250",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.no_pin_pad",
        rule=_UNSET,
        purpose="Never sets B3b5 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-pin-not-entered",
        clause="PB-4.2",
        kills="COR-CON-260",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.pin_not_entered",
        rule=_UNSET,
        purpose="Never sets B3b4 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-online-pin-entered",
        clause="PB-4.2",
        kills="COR-CON-270",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.online_pin_entered",
        rule=_UNSET,
        purpose="Never sets B3b3 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-floor-limit",
        clause="PB-4.2",
        kills="COR-CON-280",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.floor_limit",
        rule=_UNSET,
        purpose="Never sets B4b8 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-lower-offline-limit",
        clause="PB-4.2",
        kills="COR-CON-290",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.lower_offline_limit",
        rule=_UNSET,
        purpose="Never sets B4b7 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-upper-offline-limit",
        clause="PB-4.2",
        kills="COR-CON-300",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.upper_offline_limit",
        rule=_UNSET,
        purpose="Never sets B4b6 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-random-selection",
        clause="PB-4.2",
        kills="COR-CON-310",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.random_selection",
        rule=_UNSET,
        purpose="Never sets B4b5 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-merchant-forced",
        clause="PB-4.2",
        kills="COR-CON-320",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.merchant_forced",
        rule=_UNSET,
        purpose="Never sets B4b4 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-default-tdol",
        clause="PB-4.2",
        kills="COR-CON-330",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.default_tdol",
        rule=_UNSET,
        purpose="Never sets B5b8 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-issuer-authentication-failed",
        clause="PB-4.2",
        kills="COR-CON-340",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.issuer_authentication_failed",
        rule=_UNSET,
        purpose="Never sets B5b7 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-script-failed-before-ac",
        clause="PB-4.2",
        kills="COR-CON-350",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.script_failed_before_ac",
        rule=_UNSET,
        purpose="Never sets B5b6 of the TVR.",
    ),
    Defect(
        id="pos-tvr-without-script-failed-after-ac",
        clause="PB-4.2",
        kills="COR-CON-360",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.marks.script_failed_after_ac",
        rule=_UNSET,
        purpose="Never sets B5b5 of the TVR.",
    ),
    Defect(
        id="pos-missing-iac-is-zero",
        clause="PB-7.7",
        kills="COR-CON-370",
        finding="request-differs",
        device=DEVICE,
        replaces="contact.first_request",
        rule=Rule("PB-7.7", _missing_code_is_zero),
        purpose="Takes a missing IAC for zeros.",
    ),
    Defect(
        id="pos-ignores-own-denial",
        clause="PB-7.7",
        kills="COR-CON-380",
        finding="request-differs",
        device=DEVICE,
        replaces="contact.first_request",
        rule=Rule("PB-7.7", _issuer_codes_only),
        purpose="Looks at the issuer's action codes only.",
    ),
    Defect(
        id="pos-approves-without-line",
        clause="PB-7.7",
        kills="COR-CON-390",
        finding="request-differs",
        device=DEVICE,
        replaces="contact.without_line",
        rule=Rule("PB-7.7", _always_tc),
        purpose="Approves whatever it cannot send.",
    ),
    Defect(
        id="pos-declines-without-line",
        clause="PB-7.7",
        kills="COR-CON-400",
        finding="request-differs",
        device=DEVICE,
        replaces="contact.without_line",
        rule=Rule("PB-7.7", _always_aac),
        purpose="Declines whatever it cannot send.",
    ),
    Defect(
        id="pos-skips-issuer-authentication",
        clause="PB-7.7",
        kills="COR-CON-410",
        finding="command-not-sent",
        device=DEVICE,
        replaces="contact.authenticate_issuer",
        rule=Rule("EMV Book 3 10.9", _same_with_answer),
        purpose="Does not bring the issuer's cryptogram to the card.",
    ),
    Defect(
        id="pos-tsi-without-issuer-authentication",
        clause="PB-4.2",
        kills="COR-CON-410",
        finding="tsi-differs",
        device=DEVICE,
        replaces="contact.marks.issuer_authentication",
        rule=_UNSET,
        purpose="Does not tell in the TSI that the issuer was authenticated.",
    ),
    Defect(
        id="pos-approves-refused",
        clause="PB-7.7",
        kills="COR-CON-420",
        finding="request-differs",
        device=DEVICE,
        replaces="contact.after_answer",
        rule=Rule("EMV Book 4 6.3.8", _always_tc),
        purpose="Asks for a TC whatever the issuer answered.",
    ),
    Defect(
        id="pos-never-cda",
        clause="PB-11.2",
        kills="COR-CON-430",
        finding="request-differs",
        device=DEVICE,
        replaces="contact.method",
        rule=Rule("EMV Book 3 10.3", _never_cda),
        purpose="Uses DDA where both sides have CDA.",
    ),
    Defect(
        id="pos-no-authentication",
        clause="PB-6.1",
        kills="COR-CON-440",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.method",
        rule=Rule("EMV Book 3 10.3", _no_method),
        purpose="Authenticates no card offline.",
    ),
    Defect(
        id="pos-without-sm",
        clause="PB-6.3",
        kills="COR-CON-450",
        finding="tvr-differs",
        device=DEVICE,
        replaces="contact.card_key",
        rule=Rule("PB-6.3", authentication.rsa_card_key),
        purpose="Takes the card's SM certificates for RSA.",
    ),
    Defect(
        id="pos-cvm-condition-ignored",
        clause="PB-7.7",
        kills="COR-CON-460",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.cvm.applies",
        rule=Rule("EMV Book 3 C3", _never_applies),
        purpose="Finds that no rule of the CVM list applies.",
    ),
    Defect(
        id="pos-condition-below-x",
        clause="PB-7.7",
        kills="COR-CON-470",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.cvm.applies",
        rule=Rule("EMV Book 3 C3", _only_below_x),
        purpose="Follows a rule of condition 06 only below X.",
    ),
    Defect(
        id="pos-no-signature-line",
        clause="PB-7.7",
        kills="COR-CON-480",
        finding="receipt-lacks",
        device=DEVICE,
        replaces="receipt",
        rule=Rule("EMV Book 4 11.4", _without_line_to_sign),
        purpose="Prints no line to sign on.",
    ),
    Defect(
        id="pos-cvm-list-skipped",
        clause="PB-7.7",
        kills="COR-CON-490",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.cvm.applies",
        rule=Rule("EMV Book 3 C3", _never_applies),
        purpose="Skips every rule of the CVM list.",
    ),
    Defect(
        id="pos-drops-scripts",
        clause="PB-7.7",
        kills="COR-CON-500",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.scripts_after",
        rule=Rule("EMV Book 3 10.10", _same_with_answer),
        purpose="Does not carry out scripts.",
    ),
    Defect(
        id="pos-tsi-without-script",
        clause="PB-4.2",
        kills="COR-CON-500",
        finding="tsi-differs",
        device=DEVICE,
        replaces="contact.marks.script",
        rule=_UNSET,
        purpose="Does not tell in the TSI that a script was carried out.",
    ),
    Defect(
        id="pos-one-directory-record",
        clause="PB-1",
        kills="COR-CON-600",
        finding="directory-differs",
        device=DEVICE,
        replaces="contact.candidates",
        rule=Rule("EMV Book 1 12.3", _first_directory_record),
        purpose="Reads the first record of the directory only.",
    ),
    Defect(
        id="pos-on-after-block",
        clause="PB-2",
        kills="COR-CON-610",
        finding="command-count-differs",
        device=DEVICE,
        replaces="contact.candidates",
        rule=Rule("PB-2", _on_after_block),
        purpose="Looks for applications on a card that says that it is blocked.",
    ),
    Defect(
        id="pos-begins-with-pse-only",
        clause="PB-1",
        kills="COR-CON-620",
        finding="command-not-sent",
        device=DEVICE,
        replaces="contact.candidates",
        rule=Rule("EMV Book 1 12.3", candidates.from_directory),
        purpose="Begins no application that a PSE does not list.",
    ),
    Defect(
        id="pos-never-a-next",
        clause="PB-7.2",
        kills="COR-CON-630",
        finding="command-count-differs",
        device=DEVICE,
        replaces="contact.initiate",
        rule=Rule("PB-7.2", _ends_at_6985),
        purpose="Begins no other application after 6985.",
    ),
    Defect(
        id="pos-ends-after-reading",
        clause="PB-7.7",
        kills="COR-CON-640",
        finding="command-not-sent",
        device=DEVICE,
        replaces="contact.mandatory",
        rule=Rule("EMV Book 3 7.2", _ends_after_reading),
        purpose="Ends every transaction when the card is read.",
    ),
    Defect(
        id="pos-never-asks-for-cash",
        clause="PB-7.6",
        kills="COR-ECA-010",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.asks_for_cash",
        rule=Rule("PB-7.6", _never),
        purpose="Never asks for electronic cash.",
    ),
    Defect(
        id="pos-cash-at-the-limit",
        clause="PB-7.6",
        kills="COR-ECA-020",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.asks_for_cash",
        rule=Rule("PB-7.6", _up_to_the_limit),
        purpose="Asks for electronic cash at the limit too.",
    ),
    Defect(
        id="pos-ignores-reset-threshold",
        clause="PB-7.6",
        kills="COR-ECA-030",
        finding="request-differs",
        device=DEVICE,
        replaces="contact.cash_request",
        rule=Rule("PB-7.6", action.first_request),
        purpose="Does not look at the reset threshold.",
    ),
    Defect(
        id="pos-cash-not-recognised",
        clause="PB-7.6",
        kills="COR-ECA-040",
        finding="request-differs",
        device=DEVICE,
        replaces="contact.is_cash",
        rule=Rule("PB-7.6", _never),
        purpose="Does not recognise electronic cash by 9F74.",
    ),
    Defect(
        id="pos-everything-is-cash",
        clause="PB-7.6",
        kills="COR-ECA-050",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.is_cash",
        rule=Rule("PB-7.6", _always),
        purpose="Takes every transaction for electronic cash.",
    ),
    Defect(
        id="pos-yuan-only",
        clause="PB-7.6",
        kills="COR-ECA-070",
        finding="value-differs",
        device=DEVICE,
        replaces="contact.asks_for_cash",
        rule=Rule("PB-7.6", _in_yuan_only),
        purpose="Asks for electronic cash in yuan only.",
    ),
    Defect(
        id="pos-load-offline",
        clause="PB-7.6",
        kills="COR-ECA-060",
        finding="request-differs",
        device=DEVICE,
        replaces="contact.first_request",
        rule=Rule("PB-7.6", _load_as_sale),
        purpose="Treats a load as any sale.",
    ),
    Defect(
        id="pos-tap-declined-for-nothing",
        clause="PB-7.4",
        kills="COR-CLS-010",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.expiry",
        rule=Rule("PB-7.4", _declines),
        purpose="Takes every application for expired.",
    ),
    Defect(
        id="pos-without-transaction-limit",
        clause="PB-7.1",
        kills="COR-CLS-020",
        finding="command-sent",
        device=DEVICE,
        replaces="contactless.preprocess",
        rule=Rule("PB-7.1", _without_limits),
        purpose="Checks no contactless limit.",
    ),
    Defect(
        id="pos-tap-never-online",
        clause="PB-7.1",
        kills="COR-CLS-030",
        finding="cryptogram-differs",
        device=DEVICE,
        replaces="contactless.preprocess",
        rule=Rule("PB-7.1", _without_limits),
        purpose="Asks for no online cryptogram.",
    ),
    Defect(
        id="pos-ignores-ctq",
        clause="PB-4.6",
        kills="COR-CLS-040",
        finding="value-differs",
        device=DEVICE,
        replaces="contactless.cardholder",
        rule=Rule("PB-4.6", _without_cvm),
        purpose="Does not look at 9F6C.",
    ),
    Defect(
        id="pos-tap-without-signature",
        clause="PB-4.6",
        kills="COR-CLS-050",
        finding="value-differs",
        device=DEVICE,
        replaces="contactless.cardholder",
        rule=Rule("PB-4.6", _without_cvm),
        purpose="Asks for no signature.",
    ),
    Defect(
        id="pos-fdda-unverified",
        clause="PB-6.2",
        kills="COR-CLS-060",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.authenticate",
        rule=Rule("PB-6.2", _nothing_verified),
        purpose="Takes every fast signature for good.",
    ),
    Defect(
        id="pos-fdda-failure-declines",
        clause="PB-7.4",
        kills="COR-CLS-070",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.after_failed_authentication",
        rule=Rule("PB-7.4", _declines),
        purpose="Declines whenever fDDA fails.",
    ),
    Defect(
        id="pos-fdda-failure-online",
        clause="PB-7.4",
        kills="COR-CLS-080",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.after_failed_authentication",
        rule=Rule("PB-7.4", _goes_online),
        purpose="Goes online whenever fDDA fails.",
    ),
    Defect(
        id="pos-tap-expiry-unchecked",
        clause="PB-7.4",
        kills="COR-CLS-090",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.expiry",
        rule=Rule("PB-7.4", _goes_on),
        purpose="Does not look at the expiration date.",
    ),
    Defect(
        id="pos-tap-expired-declines",
        clause="PB-7.4",
        kills="COR-CLS-100",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.expiry",
        rule=Rule("PB-7.4", _declines),
        purpose="Declines an expired application whatever 9F6C says.",
    ),
    Defect(
        id="pos-tap-list-unchecked",
        clause="PB-7.4",
        kills="COR-CLS-110",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.exception_file",
        rule=Rule("PB-7.4", _goes_on),
        purpose="Does not look at the blacklist.",
    ),
    Defect(
        id="pos-tap-refusal-other-interface",
        clause="PB-7.2",
        kills="COR-CLS-120",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.refused",
        rule=Rule("PB-7.2", _always_other_interface),
        purpose="Offers the contact interface it does not have.",
    ),
    Defect(
        id="pos-qpboc-only",
        clause="PB-7.2",
        kills="COR-CLS-130",
        finding="request-differs",
        device=DEVICE,
        replaces="contactless.takes_contact_path",
        rule=Rule("PB-7.2", _never_contact_path),
        purpose="Takes every answer to GET PROCESSING OPTIONS for qPBOC.",
    ),
    Defect(
        id="pos-stores-lost-card",
        clause="PB-7.5",
        kills="COR-CLS-140",
        finding="record-unexpected",
        device=DEVICE,
        replaces="stored_kind",
        rule=Rule("PB-7.5", _always_sale),
        purpose="Stores a sale of a card that left.",
    ),
    Defect(
        id="pos-fdda-without-sm",
        clause="PB-6.3",
        kills="COR-CLS-150",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.authenticate",
        rule=Rule("PB-6.3", _rsa_only),
        purpose="Verifies fast signatures of RSA only.",
    ),
    Defect(
        id="pos-fdda-01-only",
        clause="PB-6.2",
        kills="COR-CLS-160",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.authenticate",
        rule=Rule("PB-6.2", _version_01_only),
        purpose="Verifies signatures of version 01 only.",
    ),
    Defect(
        id="pos-stores-aac-as-sale",
        clause="PB-7.4",
        kills="COR-CLS-170",
        finding="record-unexpected",
        device=DEVICE,
        replaces="stored_kind",
        rule=Rule("PB-7.4", _always_sale),
        purpose="Stores a sale though the card declined.",
    ),
    Defect(
        id="pos-refuses-entry",
        clause="PB-8",
        kills="COR-EXT-010",
        finding="command-not-sent",
        device=DEVICE,
        replaces="contactless.preprocess",
        rule=Rule("PB-7.1", _zero_refused),
        purpose="Refuses an amount of zero with the extended application too.",
    ),
    Defect(
        id="pos-hold-declined",
        clause="PB-8",
        kills="COR-EXT-020",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.authenticate",
        rule=Rule("PB-8", _needs_cryptogram),
        purpose="Declines an answer without a cryptogram.",
    ),
    Defect(
        id="pos-stores-torn-segment",
        clause="PB-8",
        kills="COR-EXT-030",
        finding="record-unexpected",
        device=DEVICE,
        replaces="stored_kind",
        rule=Rule("PB-7.5", _always_sale),
        purpose="Stores a sale of a segment that was torn.",
    ),
)
