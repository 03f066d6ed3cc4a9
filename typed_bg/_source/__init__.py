"""Python projects as text, knowing nothing of background tasks."""
