"""The list of accounts: what narrows it, a page of it, all of it as a file."""
