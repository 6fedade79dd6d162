"""Contact, action analysis: IAC online missing."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-370",
    revision=1,
    purpose="The terminal goes online on any bit of the TVR when the card has no 9F0F.",
    refs=["JR/T 0025.6"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def missing_online_code(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x9F0F: None})

    with run.preamble("Terminal idle on 4 May 2026, its acquirer mute"):
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        acquirer.ignore_requests(9)
        terminal.pos.accept(floor_limit="5.00", capabilities="6028C8")

    with run.step("9F0F is missing; the floor limit is reached"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.requested(dialogue, "ARQC", "AAC", ref="JR/T 0025.6")
