"""Card, CARD BLOCK: the card is dead."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SCR-030",
    revision=1,
    purpose="The card takes CARD BLOCK, and answers 6A81 to SELECT of application and directory from then on.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.cardblock", "PB-2.select"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS",
    needs=("issuer-keys",),
    interface="contact",
    destroys="card",
)
def card_is_blocked(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction went online"):
        card.reset()
        card.contact.pay("ARQC")

    with run.step("CARD BLOCK"):
        answer = card.contact.script("84160000")
        expect.status(card, answer, "9000", command="CARD BLOCK", ref="JR/T 0025.5")

    with run.step("SELECT after another reset"):
        card.reset()
        for name in ("A0000003330101", b"1PAY.SYS.DDF01".hex()):
            answer = card.select(name)
            expect.status(card, answer, "6A81", command="SELECT", ref="JR/T 0025.5")
