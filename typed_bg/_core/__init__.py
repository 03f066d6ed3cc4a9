"""The run-time library without an engine."""
