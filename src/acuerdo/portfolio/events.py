"""What portfolios tell of."""

PORTFOLIO_IMPORTED = "PortfolioImported"
UPLOAD_CONFIRMED = "UploadConfirmed"
RESIDENCE_CHANGED = "ResidenceChanged"
LOCATION_DECLARED = "LocationDeclared"
