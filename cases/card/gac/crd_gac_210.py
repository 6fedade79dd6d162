"""Card, EXTERNAL AUTHENTICATE: the right ARPC is taken."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-210",
    revision=1,
    purpose="The card takes the ARPC over its ARQC and the response code with 9000, and approves with a CVR in which nothing failed.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.external", "PB-5.arpc"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.ISSUER_AUTHENTICATION",
    needs=("issuer-keys",),
    interface="contact",
)
def right_arpc_is_taken(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("The issuer authenticates itself"):
        card.contact.generate_ac("ARQC")
        response = card.contact.authenticate_issuer("00")
        expect.status(card, response, "9000", command="EXTERNAL AUTHENTICATE", ref="JR/T 0025.5")

    with run.step("The issuer approves"):
        answer = card.contact.generate_ac("TC")
        expect.decision(card, answer, "TC", ref="JR/T 0025.5")
        missing = Cvr.ISSUER_AUTHENTICATION_NOT_PERFORMED
        expect.cvr_silent(card, answer, Cvr.ISSUER_AUTHENTICATION_FAILED | missing, ref="JR/T 0025.5")
