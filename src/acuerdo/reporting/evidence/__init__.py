"""The evidence file of a debtor: everything said, asked, allowed and refused, as one sealed chain.

`chain` and `verification` are pure; `collecting` reads the rooms below; `paper` prints.
"""
