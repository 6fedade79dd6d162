"""Card, GET PROCESSING OPTIONS: the data must be as long as the PDOL asks."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GPO-010",
    revision=1,
    purpose="The card takes GET PROCESSING OPTIONS with data as long as its PDOL asks for, and refuses it with 6700 when they are one byte shorter or longer.",
    refs=["JR/T 0025.5"],
    sources=["PB-2"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC",
    control="CRD-SEL-010",
)
def data_length_must_match_the_pdol(card: Card, run: CaseRun) -> None:
    with run.preamble("The application is selected"):
        card.reset()
        card.select("A0000003330101")

    with run.step("The data are as long as the PDOL asks"):
        answer = card.get_processing_options(card.pdol_data())
        expect.status(card, answer, "9000", command="GET PROCESSING OPTIONS", ref="JR/T 0025.5")

    with run.step("The data are one byte short"):
        card.select("A0000003330101")
        answer = card.get_processing_options(card.pdol_data()[:-1])
        expect.status(card, answer, "6700", command="GET PROCESSING OPTIONS", ref="JR/T 0025.5")

    with run.step("The data are one byte too long"):
        card.select("A0000003330101")
        answer = card.get_processing_options(card.pdol_data() + b"\x00")
        expect.status(card, answer, "6700", command="GET PROCESSING OPTIONS", ref="JR/T 0025.5")
