"""What the books tell of."""

ENTRY_POSTED = "EntryPosted"
ENTRY_REVERSED = "EntryReversed"
