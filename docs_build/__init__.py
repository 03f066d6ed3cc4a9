"""What the site in docs/ shows and nobody types: matrices, messages, figures, link targets.

Every function here is pure and knows nothing of the site's generator but Markdown and HTML;
`hooks.py` alone is MkDocs', so that a successor needs no more than another such file.
"""
