"""Card, GENERATE AC 2: mandatory issuer authentication is demanded."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-270",
    revision=1,
    purpose="The card whose issuer has to authenticate itself (9F56 b8, ADA B1b6) declines an approval without ARPC.",
    refs=["JR/T 0025.5"],
    sources=["PB-4.4.b1b6", "PB-11.5.approved", "PB-3.9f56", "PB-4.3.cvr.b3"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.ISSUER_AUTHENTICATION",
    interface="contact",
    sample="authentication-mandatory",
)
def mandatory_authentication_missing(card: Card, run: CaseRun) -> None:
    with run.preamble("Power on"):
        card.reset()

    with run.step("An approval without ARPC"):
        card.contact.pay("ARQC")
        answer = card.contact.generate_ac("TC")
        expect.decision(card, answer, "AAC", ref="JR/T 0025.5")
        expect.cvr_says(card, answer, Cvr.ISSUER_AUTHENTICATION_NOT_PERFORMED, ref="JR/T 0025.5")
