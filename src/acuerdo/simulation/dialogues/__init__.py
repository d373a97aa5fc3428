"""Whole conversations of simulated debtors with the real assistant, on a real database."""
