"""Adapters of this channel, one package each."""
