"""acuerdo: recovers overdue debt with people and a virtual agent side by side."""

__version__ = "0.1.0"
