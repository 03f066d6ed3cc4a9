"""A shop in which the type checkers report nothing."""
