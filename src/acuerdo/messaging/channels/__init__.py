"""One adapter per provider of a channel, all behind one protocol."""
