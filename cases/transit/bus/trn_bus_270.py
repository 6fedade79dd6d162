"""Transit, bus: a card without the extended application."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-270",
    revision=1,
    purpose="The validator on a segmented line charges a card without the extended application the flat fare or refuses it, as it was told, and never writes half of it.",
    refs=["JR/T 0025.14", "AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["TR-27"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.SEGMENTED",
    needs=("O1", "O2", "O5", "O9"),
)
def a_plain_card_pays_flat_or_not_at_all(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")
    stops = {(3, 9): "3.00"}

    with run.preamble("Fares by stops, flat fare 2.00 for plain cards"):
        terminal.ready(fare="2.00", date="2026-07-01")
        terminal.bus.drive(line="1", vehicle="A", stop=3, stops=stops, continue_plain=True)

    with run.step("Tap where plain cards go on as a plain sale"):
        tap = terminal.tap(card)
        expect.not_sent(tap, "UPDATE CAPP DATA CACHE", ref="JR/T 0025.14")
        expect.one_record(terminal, kind="sale", amount="2.00", ref="AFC acceptance practice")
        expect.balance(card, "48.00", ref="JR/T 0025.13-2018")

    with run.step("Tap where plain cards are refused"):
        terminal.bus.drive(line="1", vehicle="A", stop=3, stops=stops, continue_plain=False)
        refused = terminal.tap(card, after=60)
        expect.indicated(refused, "declined", ref="AFC acceptance practice")
        expect.record_count(terminal, 1, kind="sale", ref="AFC acceptance practice")
        expect.balance(card, "48.00", ref="JR/T 0025.13-2018")
