"""Counts how many planted faults `typed-bg check` reports in the calls of released packages."""
