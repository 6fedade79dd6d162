"""Card, GET CHALLENGE: eight bytes that are never the same."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-DAT-020",
    revision=1,
    purpose="The card answers GET CHALLENGE with eight bytes, and with others the next time.",
    refs=["JR/T 0025.5"],
    sources=["PB-2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def challenges_differ(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction is initiated"):
        card.reset()
        card.contact.initiate()

    with run.step("GET CHALLENGE twice"):
        first, second = card.send("0084000000"), card.send("0084000000")
        expect.status(card, first, "9000", command="GET CHALLENGE", ref="JR/T 0025.5")
        expect.equal(len(first.data), 8, what="bytes of the challenge", ref="JR/T 0025.5")
        expect.equal(first.data == second.data, False, what="the same challenge twice", ref="JR/T 0025.5")
