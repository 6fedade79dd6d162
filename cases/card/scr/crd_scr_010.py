"""Card, APPLICATION BLOCK: the application is blocked."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SCR-010",
    revision=1,
    purpose="The card takes APPLICATION BLOCK, also twice; afterwards SELECT answers 6283 with the FCI, and GENERATE AC an AAC.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.block", "PB-2.select", "PB-2.script"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS",
    needs=("issuer-keys",),
    interface="contact",
    destroys="application",
)
def application_is_blocked(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction went online"):
        card.reset()
        card.contact.pay("ARQC")

    with run.step("APPLICATION BLOCK, twice"):
        for _ in range(2):
            answer = card.contact.script("841E0000")
            expect.status(card, answer, "9000", command="APPLICATION BLOCK", ref="JR/T 0025.5")

    with run.step("SELECT"):
        answer = card.select("A0000003330101")
        expect.status(card, answer, "6283", command="SELECT", ref="JR/T 0025.5")
        expect.df_name(card, answer, bytes.fromhex("A0000003330101"), ref="JR/T 0025.5")
