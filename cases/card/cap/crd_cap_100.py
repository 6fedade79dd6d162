"""Card, extended application: a fourth pre-authorisation is refused."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-CAP-100",
    revision=1,
    purpose="The card takes records under the file's open key and holds three pre-authorisations; it refuses the fourth with 6971.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-2", "PB-8"],
    applies_if="CARD.CONTACTLESS and CARD.CAPP and CARD.PREAUTHORISATION",
    sample="metro-record",
)
def a_fourth_hold_is_refused(card: Card, run: CaseRun) -> None:
    with run.preamble("Three more records are opened in file 22"):
        card.reset()
        card.contactless.select()
        card.extended.append(
            22, "A0010100", "D5F1FE4A7F8C20FDEC49150BA2E00EDF", "33333333333333334444444444444444"
        )
        card.extended.append(
            22, "A0020100", "D5F1FE4A7F8C20FDEC49150BA2E00EDF", "33333333333333334444444444444444"
        )
        card.extended.append(
            22, "A0030100", "D5F1FE4A7F8C20FDEC49150BA2E00EDF", "33333333333333334444444444444444"
        )
        card.extended.append(
            22, "A0040100", "D5F1FE4A7F8C20FDEC49150BA2E00EDF", "33333333333333334444444444444444"
        )

    with run.step("A pre-authorisation of each of three, then of the fourth"):
        answers = [card.hold(22, record) for record in ("A001", "A002", "A003", "A004")]
        expect.status(card, answers[0], "9000", command="GET PROCESSING OPTIONS", ref="JR/T 0025.14-2018")
        expect.status(card, answers[1], "9000", command="GET PROCESSING OPTIONS", ref="JR/T 0025.14-2018")
        expect.status(card, answers[2], "9000", command="GET PROCESSING OPTIONS", ref="JR/T 0025.14-2018")
        expect.status(card, answers[3], "6971", command="GET PROCESSING OPTIONS", ref="JR/T 0025.14-2018")
