"""What portfolios tell of."""

PORTFOLIO_IMPORTED = "PortfolioImported"
RESIDENCE_CHANGED = "ResidenceChanged"
STATEMENTS_IMPORTED = "StatementsImported"
LOCATION_DECLARED = "LocationDeclared"
