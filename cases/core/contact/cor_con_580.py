"""Contact, online: referral declined."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-580",
    revision=1,
    purpose="The terminal asks for an AAC and sells nothing when the issuer refers and the attendant has no approval.",
    refs=["EMV Book 4"],
    sources=["PB-7.7", "PB-11.5"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def referral_declined(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle; the issuer of the card answers 01"):
        acquirer.know("6210948000000011", referred=True)
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        terminal.pos.accept(floor_limit="5.00", capabilities="6028C8")

    with run.step("Nobody approves on the telephone"):
        dialogue = terminal.pos.sell(card, "10.00", referral="no")
        expect.requested(dialogue, "ARQC", "AAC", ref="EMV Book 4")
        expect.recorded(terminal, "response", "01", ref="EMV Book 4")
        expect.no_record(terminal, kind="sale", ref="EMV Book 4")
