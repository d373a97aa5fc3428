"""Deciding the next act. Pure: facts and commands in, a decision out, state by replay."""
