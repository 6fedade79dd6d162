"""Transit, bus: a transport card of another city."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-340",
    revision=1,
    purpose="The validator refuses a transport card of another city that may not be used elsewhere, and takes one that may, with its own city written into the card.",
    refs=["AFC acceptance practice", "Transport card practice"],
    sources=["TR-34", "TR-40"],
    applies_if="TERMINAL.TRANSPORT_CARD",
    needs=("O2", "O5", "O9"),
)
def a_foreign_card_must_be_allowed_to_travel(terminal: Terminal, run: CaseRun) -> None:
    staying = sim.transport_card(balance="50.00", city="5201", interoperable=0)
    travelling = sim.transport_card(
        balance="50.00", city="5201", interoperable=1, serial=bytes.fromhex("5201000000000002")
    )

    with run.preamble("Fare 1.00, transport cards are taken in city 5204"):
        terminal.ready(fare="1.00", date="2026-07-01")
        terminal.bus.drive(line="1", vehicle="A", purses=("transport", "bank"), city="5204")

    with run.step("Tap a card of city 5201 whose interoperability is 0000"):
        tap = terminal.tap(staying)
        expect.no_record(terminal, kind="sale", ref="Transport card practice")
        expect.indicated(tap, "declined", ref="AFC acceptance practice")
        expect.transport_balance(staying, "50.00", ref="Transport card practice")

    with run.step("Tap a card of city 5201 whose interoperability is 0001"):
        terminal.tap(travelling)
        place = run.count("acceptor_city_place")
        expect.one_record(terminal, kind="sale", amount="1.00", ref="AFC acceptance practice")
        expect.transport_balance(travelling, "49.00", ref="Transport card practice")
        expect.process_record(
            travelling, place, "5204", what="acceptor's city", ref="Transport card practice"
        )
