"""Card, VERIFY: another P2 is refused."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PIN-050",
    revision=1,
    purpose="The card refuses VERIFY with 6A86 when P2 is neither 80 nor 88.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.verify", "PB-11.6.form"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN",
    interface="contact",
)
def parameters_are_checked(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("VERIFY with P2 = 81"):
        answer = card.send("0020008108" + 8 * "FF")
        expect.status(card, answer, "6A86", command="VERIFY", ref="JR/T 0025.5")
