"""What the checks cost, as ratios to Starlette and FastAPI in the same run."""
