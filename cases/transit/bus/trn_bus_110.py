"""Transit, bus: the card is on the blacklist."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-110",
    revision=1,
    purpose="The validator refuses a blacklisted card before the last READ RECORD, so that the card is not debited, and stores a blacklist hit instead of a sale.",
    refs=["JR/T 0025.12-2018", "AFC acceptance practice"],
    sources=["TR-11", "PB-7.5"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.BLACKLIST",
    needs=("O2", "O5", "O8", "O9"),
    control="TRN-BUS-010",
)
def blacklisted_card_is_refused(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00", pan="6210948000000333")

    with run.preamble("Fare 1.00, the card's PAN in blacklist version 7"):
        terminal.ready(fare="1.00")
        terminal.load_blacklist("6210948000000333", version=7)

    with run.step("Tap the blacklisted card"):
        tap = terminal.tap(card)
        expect.blacklist_version(terminal, 7, ref="AFC acceptance practice")
        expect.balance(card, "50.00", ref="JR/T 0025.12-2018")
        expect.indicated(tap, "declined", ref="AFC acceptance practice")
        expect.no_record(terminal, kind="sale", ref="AFC acceptance practice")
        expect.record_count(terminal, 1, kind="blacklist-hit", ref="AFC acceptance practice")
