"""Card, scripts: not before GENERATE AC."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SCR-110",
    revision=1,
    purpose="The card refuses a script with 6985 before GENERATE AC.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.script", "PB-11.6.states"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS",
    interface="contact",
)
def scripts_wait_for_generate_ac(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("A script in the right form"):
        answer = card.send("841E00000400000000")
        expect.status(card, answer, "6985", command="APPLICATION BLOCK", ref="JR/T 0025.5")
