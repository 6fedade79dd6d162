"""Transit, bus: the entry is torn."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-260",
    revision=1,
    purpose="The validator stores nothing about an entry that was torn before the last record was read, and the card shows neither debit nor journey.",
    refs=["JR/T 0025.14", "AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["TR-26", "PB-7.5", "PB-8"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.SEGMENTED",
    needs=("O1", "O2", "O9", "tear"),
)
def a_torn_entry_never_was(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("transit-card", balance="50.00")

    with run.preamble("Fares by stops, vehicle at stop 3"):
        terminal.ready(date="2026-07-01")
        terminal.bus.drive(line="1", vehicle="A", stop=3, stops={(3, 9): "3.00"})

    with run.step("The card leaves after it was written and before its last record is read"):
        torn = terminal.tap(card, withdraw=sim.answer_lost("UPDATE CAPP DATA CACHE"))
        expect.sent(torn, "UPDATE CAPP DATA CACHE", ref="JR/T 0025.14")
        expect.no_record(terminal, kind="entry", ref="AFC acceptance practice")
        expect.journey(card, state="none", stop=0, ref="JR/T 0025.14")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")

    with run.step("The card taps again"):
        terminal.tap(card, after=5)
        expect.record_count(terminal, 1, kind="entry", ref="AFC acceptance practice")
        expect.journey(card, state="boarded", stop=3, ref="JR/T 0025.14")
