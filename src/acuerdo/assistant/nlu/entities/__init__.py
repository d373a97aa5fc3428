"""The grammar that reads values from what people write; `extract` is its door."""

from acuerdo.assistant.nlu.entities.extraction import extract

__all__ = ["extract"]
