"""Simulated debtors: who they are, what they want, what they write, and how they answer. Pure."""
