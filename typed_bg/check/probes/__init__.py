"""Writing probes next to calls."""
