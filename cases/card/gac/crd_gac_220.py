"""Card, EXTERNAL AUTHENTICATE: a wrong ARPC is refused."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-220",
    revision=1,
    purpose="The card answers an ARPC of which one bit is turned with 6300.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.external"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.ISSUER_AUTHENTICATION",
    needs=("issuer-keys",),
    interface="contact",
)
def wrong_arpc_is_refused(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("A wrong ARPC"):
        card.contact.generate_ac("ARQC")
        answer = card.contact.authenticate_issuer("00", forged=True)
        expect.status(card, answer, "6300", command="EXTERNAL AUTHENTICATE", ref="JR/T 0025.5")
