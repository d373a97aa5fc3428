"""How mail reads: bodies, replies without what they quote, automatic answers, bounces. Pure."""
