"""The project that is checked: settings, checkers, interpreter, working copy."""
