"""Card, GENERATE AC: the second asks for no ARQC."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-050",
    revision=1,
    purpose="The card refuses a second GENERATE AC that asks for an ARQC with 6985.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.gac", "PB-11.5.arqc"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def second_asks_no_arqc(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("GENERATE AC twice, both for an ARQC"):
        card.contact.generate_ac("ARQC")
        answer = card.contact.send_generate_ac("ARQC", card.contact.cdol_data())
        expect.status(card, answer, "6985", command="GENERATE AC", ref="JR/T 0025.5")
