"""Counts the calls of released packages that `typed-bg fix` makes checked."""
