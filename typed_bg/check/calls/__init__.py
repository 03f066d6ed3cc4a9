"""Finding the calls that queue background tasks."""
