"""Card, EXTERNAL AUTHENTICATE: ARPC and response code, ten bytes."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-240",
    revision=1,
    purpose="The card refuses EXTERNAL AUTHENTICATE of eight bytes with 6700.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.external"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.ISSUER_AUTHENTICATION",
    interface="contact",
)
def issuer_data_length(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("An ARPC without response code"):
        card.contact.generate_ac("ARQC")
        answer = card.send("0082000008" + 8 * "00")
        expect.status(card, answer, "6700", command="EXTERNAL AUTHENTICATE", ref="JR/T 0025.5")
