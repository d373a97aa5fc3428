"""Code that the adapters of one vendor share."""
