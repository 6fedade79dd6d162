"""Card, GENERATE AC: wrong P1 and P2 are refused."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-070",
    revision=1,
    purpose="The card refuses GENERATE AC with 6A86 when P1 asks for no cryptogram that exists or P2 is not zero.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.gac"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def parameters_are_checked(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("P1 = C0, then P2 = 01"):
        listed = card.contact.cdol_data().hex()
        for head in ("80AEC000", "80AE4001"):
            answer = card.send(f"{head}{len(listed) // 2:02X}{listed}00")
            expect.status(card, answer, "6A86", command="GENERATE AC", ref="JR/T 0025.5")
