"""`typed-bg lsp`: a language server that shows what the type checker's server does not."""
