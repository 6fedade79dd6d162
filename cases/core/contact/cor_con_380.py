"""Contact, action analysis: denied by a TAC."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-380",
    revision=1,
    purpose="The terminal asks for an AAC when a bit of its own TAC denial is set in the TVR.",
    refs=["JR/T 0025.6"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
    control="COR-CON-010",
)
def denied_by_terminal_code(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(tac_denial="0000008000", floor_limit="5.00", capabilities="6028C8")

    with run.step("TAC denial names the floor limit; the amount reaches it"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.requested(dialogue, "AAC", ref="JR/T 0025.6")
        expect.outcome(terminal, "offline declined", ref="JR/T 0025.6")
