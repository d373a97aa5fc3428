"""A creditor's own questions and answers: written by its staff, found by meaning, said by name."""
