"""What the checkers' messages prove about each call."""
