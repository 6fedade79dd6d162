"""Expectations about what a terminal told its hosts, and what each of them then holds to be true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from conformance.codec import iso8583
from conformance.codec.iso8583 import kind_of
from conformance.codec.values import fen, yuan
from conformance.expect.judge import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.codec.iso8583 import Message
    from conformance.model.terminal import Indication


class Shown(Protocol):
    """A presentation with the indications that were shown during it."""

    @property
    def indications(self) -> Sequence[Indication]: ...


class Acquirer(Protocol):
    """A host that keeps every message that a terminal sent it, and knows what it took."""

    @property
    def total(self) -> int: ...

    def requests(self, kind: str | None = None) -> Sequence[Message]: ...


class Noted(Protocol):
    """A line of the hospital's ledger."""

    @property
    def kind(self) -> str: ...

    @property
    def bill(self) -> str: ...

    @property
    def reference(self) -> str: ...

    @property
    def outcome(self) -> object: ...


class Hospital(Protocol):
    """A hospital system with its bills and its ledger."""

    @property
    def total(self) -> int: ...

    @property
    def entries(self) -> Sequence[Noted]: ...

    def state(self, bill: str) -> str: ...


def request_count(acquirer: Acquirer, count: int, *, ref: str, kind: str | None = None) -> bool:
    """The terminal sent so many messages of this kind, or in all."""
    observed = [kind_of(each) for each in acquirer.requests(kind)]
    return judge(
        "message-count-differs",
        held=len(observed) == count,
        ref=ref,
        expected=str(count),
        observed=f"{len(observed)}: {', '.join(observed)}" if observed else "0",
        arguments={"kind": kind or "message", "expected": count, "observed": len(observed)},
    )


def request_field(acquirer: Acquirer, number: int, value: str, *, kind: str, ref: str) -> bool:
    """A field of the last message of this kind has this value, as digits or characters."""
    last = acquirer.requests(kind)[-1:]
    observed = last[0].text(number) if last else f"no {kind}"
    return judge(
        "value-differs",
        held=observed == value,
        ref=ref,
        expected=value,
        observed=observed or "absent",
        arguments={"what": f"field {number} of the {kind}"},
    )


def request_holds(acquirer: Acquirer, number: int, part: str, *, kind: str, ref: str) -> bool:
    """A field of the last message of this kind has this in it, whatever stands around it."""
    last = acquirer.requests(kind)[-1:]
    observed = last[0].text(number) if last else f"no {kind}"
    return judge(
        "value-differs",
        held=bool(last) and part in observed,
        ref=ref,
        expected=f"… {part} …",
        observed=observed or "absent",
        arguments={"what": f"field {number} of the {kind}"},
    )


def fields_absent(acquirer: Acquirer, *numbers: int, kind: str, ref: str) -> bool:
    """No message of this kind has any of these fields."""
    messages = acquirer.requests(kind)
    found = sorted({number for each in messages for number in numbers if number in each.fields})
    return judge(
        "message-field-unexpected",
        held=bool(messages) and not found,
        ref=ref,
        expected=f"none of {_listed(numbers)}",
        observed=_listed(found) if messages else f"no {kind}",
        arguments={"kind": kind, "fields": _listed(found)},
    )


def request_well_formed(acquirer: Acquirer, *, kind: str, ref: str) -> bool:
    """Every message of this kind has the fields that it must have, and no others."""
    messages = acquirer.requests(kind)
    wrong = [str(each) for message in messages for each in iso8583.check(message)]
    return judge(
        "message-malformed",
        held=bool(messages) and not wrong,
        ref=ref,
        expected="as the table of fields has it",
        observed="; ".join(wrong) if messages else f"no {kind}",
        arguments={"kind": kind, "count": len(wrong)},
    )


def request_order(acquirer: Acquirer, *kinds: str, ref: str) -> bool:
    """The terminal sent these messages, in this order and no others."""
    observed = [kind_of(each) for each in acquirer.requests()]
    return judge(
        "order-differs",
        held=observed == list(kinds),
        ref=ref,
        expected=", ".join(kinds),
        observed=", ".join(observed) or "none",
        arguments={"what": "messages to the acquirer"},
    )


def bill_state(hospital: Hospital, bill: str, state: str, *, ref: str) -> bool:
    """The hospital holds a bill to be "paid", "unpaid", or "taken" by a window that has not finished."""
    observed = hospital.state(bill)
    return judge(
        "bill-state-differs",
        held=observed == state,
        ref=ref,
        expected=state,
        observed=observed,
        arguments={"bill": bill, "expected": state, "observed": observed},
    )


def noted_outcome(hospital: Hospital, bill: str, outcome: str, *, ref: str) -> bool:
    """The last thing that the hospital noted about paying a bill ended so: "1" to "4" as it numbers them."""
    last = [each.outcome for each in hospital.entries if each.bill == bill][-1:]
    observed = str(getattr(last[0], "value", last[0])) if last else "nothing noted"
    return judge(
        "value-differs",
        held=observed == outcome,
        ref=ref,
        expected=outcome,
        observed=observed,
        arguments={"what": "outcome noted by the hospital"},
    )


def noted_reference(hospital: Hospital, reference: str, *, kind: str, ref: str) -> bool:
    """The hospital noted exactly one line of this kind, under the bank's reference (field 37)."""
    observed = [each.reference for each in hospital.entries if each.kind == kind]
    return judge(
        "value-differs",
        held=observed == [reference] and bool(reference),
        ref=ref,
        expected=reference or "a reference",
        observed=", ".join(each or "no reference" for each in observed) or f"no {kind}",
        arguments={"what": f"reference of the {kind} at the hospital"},
    )


def books_agree(acquirer: Acquirer, hospital: Hospital, total: str, *, ref: str) -> bool:
    """Bank and hospital hold to have received the same, this much in yuan."""
    bank, own = yuan(acquirer.total), yuan(hospital.total)
    return judge(
        "books-differ",
        held=acquirer.total == hospital.total == fen(total),
        ref=ref,
        expected=total,
        observed=f"bank {bank}, hospital {own}",
        arguments={"expected": total, "bank": bank, "hospital": own},
    )


def settled_as_shown(shown: Shown, acquirer: Acquirer, hospital: Hospital, amount: str, *, ref: str) -> bool:
    """What the patient was shown is what bank and hospital hold: the amount where accepted, else nothing."""
    accepted = any(each.signal == "accepted" for each in shown.indications)
    return books_agree(acquirer, hospital, amount if accepted else "0.00", ref=ref)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"
