"""Contact, completion: unable to go online, declined."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-390",
    revision=1,
    purpose="The terminal declines with Z3 when it cannot go online and a default action code names a bit of the TVR.",
    refs=["JR/T 0025.6", "EMV Book 4"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
    control="COR-CON-010",
)
def unable_and_declined(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle on 4 May 2026, its acquirer mute"):
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        acquirer.ignore_requests(9)
        terminal.pos.accept(floor_limit="5.00", capabilities="6028C8")

    with run.step("The floor limit is reached, and no host answers"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.requested(dialogue, "ARQC", "AAC", ref="JR/T 0025.6")
        expect.outcome(terminal, "unable to go online, declined", ref="JR/T 0025.6")
        expect.recorded(terminal, "response", "Z3", ref="EMV Book 4")
