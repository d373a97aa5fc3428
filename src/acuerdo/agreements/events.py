"""Names of what happens here."""

OFFERS_SHOWN = "OffersShown"
AGREEMENT_REACHED = "AgreementReached"
AGREEMENT_KEPT = "AgreementKept"
AGREEMENT_BROKEN = "AgreementBroken"
AGREEMENT_CANCELLED = "AgreementCancelled"
INSTALMENT_PAID = "InstalmentPaid"
INSTALMENT_MISSED = "InstalmentMissed"
