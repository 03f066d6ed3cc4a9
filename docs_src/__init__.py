"""Examples of the site, run by the tests and read by the type checkers."""
