"""Transit, bus: flat fare by offline electronic cash."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-010",
    revision=1,
    purpose="The validator sells a flat fare offline: a TC is obtained, fDDA is verified, the record is stored before acceptance is shown, and the card pays once.",
    refs=["JR/T 0025.12-2018", "JR/T 0025.13-2018", "AFC acceptance practice"],
    sources=["TR-01", "PB-6.2", "PB-7.4"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O5", "O9"),
)
def flat_fare_is_sold_once(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")
    forged = sim.card("electronic-cash", pan="6210948000000666", probe="fdda-signature-forged")

    with run.preamble("Fare 1.00, validator idle"):
        terminal.ready(fare="1.00")

    with run.step("Tap a card whose dynamic signature is forged"):
        tap = terminal.tap(forged)
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018")
        expect.not_indicated(tap, "accepted", ref="JR/T 0025.12-2018")

    with run.step("Tap a card that holds 50.00"):
        tap = terminal.tap(card)
        expect.cryptogram(tap, "TC", ref="JR/T 0025.12-2018")
        expect.indicated(tap, "accepted", ref="AFC acceptance practice")
        expect.one_record(terminal, kind="sale", amount="1.00", ref="AFC acceptance practice")
        expect.stored_before_shown(terminal, tap, ref="AFC acceptance practice")
        expect.balance(card, "49.00", ref="JR/T 0025.13-2018")
