"""Contactless, fDDA: version 00."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-160",
    revision=1,
    purpose="The terminal verifies a signature of version 00 when its TTQ does not ask for version 01.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-6.2"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "card", "capk"),
)
def fdda_version_00(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(ttq="36000000")

    with run.step("TTQ B4b8 is not set"):
        terminal.pos.sell(card, "10.00", interface="contactless")
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.12-2018")
