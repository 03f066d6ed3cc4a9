"""Measures the cost of the checks, compared with Starlette and FastAPI in the same run."""
