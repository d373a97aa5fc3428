"""A second reader outside the house, where the operator has one: asked only what we do not
understand, told as little as can be, and believed no further than our own words go."""
