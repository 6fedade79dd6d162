"""Card, GENERATE AC 2: its cryptogram is over CDOL2."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-310",
    revision=1,
    purpose="The card's second cryptogram is the MAC over the values that CDOL2 listed, and not over those of CDOL1.",
    refs=["JR/T 0025.5"],
    sources=["PB-5.second"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    needs=("issuer-keys",),
    interface="contact",
)
def second_cryptogram_is_the_issuers(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Recompute a second cryptogram"):
        card.contact.generate_ac("ARQC", told={0x95: "0000008000"})
        answer = card.contact.generate_ac("TC", told={0x95: "0000048000"})
        expect.true_cryptogram(card, answer, ref="JR/T 0025.5")
