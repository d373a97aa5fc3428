"""What portfolios tell of."""

PORTFOLIO_IMPORTED = "PortfolioImported"
CONTACT_POINT_INVALIDATED = "ContactPointInvalidated"
RESIDENCE_CHANGED = "ResidenceChanged"
LOCATION_DECLARED = "LocationDeclared"
