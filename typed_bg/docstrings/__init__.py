"""`typed-bg docs`: what `Doc()` says about parameters, in the docstrings that editors show."""
