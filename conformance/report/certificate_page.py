"""The page of a certificate.

It is called 合格证 only where an issuing body stands behind it and it is neither simulated nor a
demonstration; otherwise it is a 符合性测试报告.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model.programme import Reason
from conformance.report.bilingual import environment

if TYPE_CHECKING:
    from conformance.model.programme import Certificate


def render(
    certificate: Certificate,
    language: str = "zh",
    *,
    state: Reason | None = None,
    run_href: str | None = None,
) -> str:
    """Render a self-contained page in both languages.

    `state` is what the certificate is on the as-of date (see `CertificateView`), by default valid as issued;
    `run_href` leads from this page to the report of its run.
    """
    as_issued = Reason("certificate-valid", {"until": certificate.valid_until.isoformat()})
    shown = state or as_issued
    return (
        environment()
        .get_template("certificate.html.j2")
        .render(
            certificate=certificate,
            language=language,
            issued=bool(certificate.issuing_body)
            and not (certificate.simulated or certificate.demonstration),
            state=shown,
            valid=shown.code == "certificate-valid",
            run_href=run_href,
            code=certificate.code,
            counts=" · ".join(f"{verdict} {count}" for verdict, count in certificate.verdicts.items()),
            waived={each["case"] for each in certificate.waived},
            reviewed={each["case"] for each in certificate.reviewed},
        )
    )
