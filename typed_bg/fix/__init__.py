"""`typed-bg fix`: edits that make calls checked, each one proven with the project's checkers."""
