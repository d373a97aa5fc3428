"""Conversation flows that an operator changes: documents, versions, which one leads, trials."""
