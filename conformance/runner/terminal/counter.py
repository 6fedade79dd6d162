"""What a case does at a hospital counter besides what every terminal does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.model.terminal import CounterTerms, Operation, Parameters

if TYPE_CHECKING:
    from conformance.model.terminal import TransactionRecord
    from conformance.runner.hospital import LaboratoryHospital
    from conformance.runner.probe import ProbeCard
    from conformance.runner.terminal.door import Dialogue, Door


class Counter:
    """A cashier, and a patient who enters PINs: "right" is 123456, "wrong" is not. Amounts in yuan."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def open(self, hospital: LaboratoryHospital, **terms: Any) -> None:
        """Say where the hospital system is; `terms` are the other members of `CounterTerms`."""
        self._door.load(Parameters(counter=CounterTerms(hospital.address, **terms)))

    def start(self, bill: str, *, pins: str = "right", amount: str = "") -> None:
        """Key in a bill, and perhaps an amount; a card has still to come. `pins` is one for each request."""
        typed = {"amount": amount} if amount else {}
        self._door.operate(Operation("pay", {"bill": bill, "pins": pins, **typed}))

    def pay(self, card: ProbeCard, bill: str, *, pins: str = "right", amount: str = "") -> Dialogue:
        """Key in a bill and put a card in."""
        self.start(bill, pins=pins, amount=amount)
        return self._door.present(card, None, "contact")

    def deposit(self, card: ProbeCard, patient: str, amount: str) -> Dialogue:
        """Prepay for a stay, as a sale."""
        return self._with(card, "deposit", patient=patient, amount=amount, pins="right")

    def authorise(self, card: ProbeCard, patient: str, amount: str) -> Dialogue:
        """Prepay for a stay, as a pre-authorisation."""
        return self._with(card, "authorise", patient=patient, amount=amount, pins="right")

    def complete(self, card: ProbeCard, authorised: TransactionRecord, amount: str) -> Dialogue:
        """Complete a pre-authorisation."""
        return self._with(card, "complete", record=str(authorised.number), amount=amount)

    def take_back(self, card: ProbeCard, record: TransactionRecord) -> Dialogue:
        """Void a payment, cancel a pre-authorisation, void a completion."""
        return self._with(card, "take-back", record=str(record.number))

    def refund(self, card: ProbeCard, record: TransactionRecord, amount: str) -> Dialogue:
        """Give back a part of a payment, or all of it."""
        return self._with(card, "refund", record=str(record.number), amount=amount)

    def discharge(self, card: ProbeCard, patient: str) -> Dialogue:
        """Give back what is left of a patient's prepayments."""
        return self._with(card, "discharge", patient=patient)

    def settle(self) -> None:
        """Close the batch."""
        self._door.operate(Operation("settle"))

    def resolve(self) -> None:
        """Undo and tell what is still to be undone and told."""
        self._door.operate(Operation("resolve"))

    def _with(self, card: ProbeCard, operation: str, **arguments: str) -> Dialogue:
        self._door.operate(Operation(operation, arguments))
        return self._door.present(card, None, "contact")
