"""The same name with a type."""


def audit(user: str) -> None: ...
