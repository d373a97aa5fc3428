"""Names of what happens here."""

ACCOUNTS_SCORED = "AccountsScored"
