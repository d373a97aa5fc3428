"""How people teach the assistant: unclear messages, labels, new models, which one is at work."""
