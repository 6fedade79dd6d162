"""Electronic cash, load: by script."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-ECA-060",
    revision=1,
    purpose="The terminal goes online for a load and brings the script to the card.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-7.6"],
    applies_if="TERMINAL.CONTACT and TERMINAL.EC_CONTACT and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "O9", "card", "capk"),
)
def loaded_by_script(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card(
        "electronic-cash", balance="50.00", elements={0x8E: bytes.fromhex("00000000000000001F00")}
    )

    with run.preamble("Terminal idle, its acquirer within reach"):
        acquirer.know("6210948000000011")
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        terminal.pos.accept(capabilities="6028C8")
        acquirer.send_put_data("6210948000000011", 0x9F79, "000000009000")

    with run.step("The issuer answers a load of 40.00 with PUT DATA of 9F79"):
        dialogue = terminal.pos.sell(card, "40.00", online_only="yes")
        expect.requested(dialogue, "ARQC", "TC", ref="JR/T 0025.13-2018")
        expect.recorded(terminal, "scripts", "2000000000", ref="JR/T 0025.13-2018")
        expect.balance(card, "90.00", ref="JR/T 0025.13-2018")
