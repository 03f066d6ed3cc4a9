"""A shop whose type checkers are all green."""
