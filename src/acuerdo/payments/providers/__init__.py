"""Payment providers: one package each, behind the protocol in `base`."""
