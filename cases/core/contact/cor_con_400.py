"""Contact, completion: unable to go online, approved."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-400",
    revision=1,
    purpose="The terminal asks for a TC with Y3 when it cannot go online and no default action code names a bit of the TVR.",
    refs=["JR/T 0025.6", "EMV Book 4"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def unable_and_approved(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle on 4 May 2026, its acquirer mute"):
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        acquirer.ignore_requests(9)
        terminal.pos.accept(threshold="100.00", target=99, maximum=99, capabilities="6028C8")

    with run.step("Chance selects the sale, and no host answers"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.requested(dialogue, "ARQC", "TC", ref="JR/T 0025.6")
        expect.outcome(terminal, "unable to go online, approved", ref="JR/T 0025.6")
        expect.recorded(terminal, "response", "Y3", ref="EMV Book 4")
