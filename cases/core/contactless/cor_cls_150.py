"""Contactless, SM: fDDA with SM2."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-150",
    revision=1,
    purpose="The terminal verifies a fast signature of SM2.",
    refs=["JR/T 0025.12-2018", "JR/T 0025.17"],
    sources=["PB-6.3"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.SM",
    needs=("O1", "O2", "O9", "card", "capk"),
)
def sm_fdda(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("sm-beside-rsa", balance="50.00")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(sm=True)

    with run.step("The terminal has a CA key of SM2, the card both algorithms"):
        terminal.pos.sell(card, "10.00", interface="contactless")
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.17")
        expect.balance(card, "40.00", ref="JR/T 0025.12-2018")
