"""Contact, online: referral approved."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-570",
    revision=1,
    purpose="The terminal asks for a TC when the issuer refers and the attendant says that it approved on the telephone.",
    refs=["EMV Book 4"],
    sources=["PB-7.7", "PB-11.5"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def referral_approved(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle; the issuer of the card answers 01"):
        acquirer.know("6210948000000011", referred=True)
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        terminal.pos.accept(floor_limit="5.00", capabilities="6028C8")

    with run.step("The attendant calls, and the issuer approves 10.00"):
        dialogue = terminal.pos.sell(card, "10.00", referral="yes")
        expect.requested(dialogue, "ARQC", "TC", ref="EMV Book 4")
        expect.recorded(terminal, "response", "01", ref="EMV Book 4")
        expect.outcome(terminal, "online approved", ref="EMV Book 4")
