"""Card, qPBOC: the reset threshold sends an online-capable reader online."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-040",
    revision=1,
    purpose="The card answers an online-capable reader with an ARQC when the amount would leave less than the reset threshold (9F6D), and approves offline an amount that leaves exactly the threshold.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.3"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
    sample="threshold-10",
)
def threshold_sends_online(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap over 40.01 of 50.00 with the threshold at 10.00"):
        answer = card.contactless.start(amount="40.01", told={0x9F66: "36000080"})
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.12-2018")

    with run.step("A tap over 40.00"):
        card.reset()
        answer = card.contactless.start(amount="40.00", told={0x9F66: "36000080"})
        expect.decision(card, answer, "TC", ref="JR/T 0025.12-2018")
