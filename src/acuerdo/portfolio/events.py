"""What portfolios tell of."""

PORTFOLIO_IMPORTED = "PortfolioImported"
RESIDENCE_CHANGED = "ResidenceChanged"
LOCATION_DECLARED = "LocationDeclared"
