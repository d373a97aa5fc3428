"""What portfolios tell of."""

PORTFOLIO_IMPORTED = "PortfolioImported"
