"""What a server does not show, and why; its test fails once the server does."""

from __future__ import annotations

PYRIGHTS = ("pyright", "basedpyright")
JEDIS = ("jedi-language-server", "pylsp")

NO_DOCUMENTATION = "zuban's signature help has no documentation."
ONE_PIECE = "pyrefly returns the signature as one string, so no parameter can be highlighted."
AS_A_WHOLE = "jedi-language-server documents the whole signature, not each parameter."
GENERIC = "It shows the method's own signature, without the parameters of the function."
OF_THE_METHOD = "It shows the documentation of the method, which does not have this parameter."
OF_A_CALLABLE = "The method returns a `Callable`, which has no documentation."
NO_RESULT = "Jedi cannot infer what the method returns."
TYPE_ALONE = "It shows only the type."
VARIADIC = "It shows `**task_kwargs`, the method's own parameter."
CLASS_OF_VALUE = "It shows the class of the value that is passed."
SOURCE = "It shows the parameter's source, including `Doc`, instead of the documentation."
NOTHING = "It shows nothing."
ONLY_DOC = "FastAPI documents its parameters only with `Doc()`, which no server renders."


def _why(*reasons: tuple[str, tuple[str, ...]]) -> dict[str, str]:
    return {server: reason for reason, servers in reasons for server in servers}


_ALL = (*PYRIGHTS, "ty", "pyrefly", "zuban", *JEDIS)
_UNSOLVED = _why((GENERIC, ("ty", "pyrefly", "zuban", *JEDIS)))
_NO_CALL = _why((NO_RESULT, JEDIS))
_NO_TASK_DOCUMENTATION = _why((OF_A_CALLABLE, ("ty", "pyrefly", "zuban")), (NO_RESULT, JEDIS))

# By the name of the question, then of the server.
GAPS = {
    "add_task-func": _why((NO_DOCUMENTATION, ("zuban",))),
    "add_task-func-marked": _why(
        (ONE_PIECE, ("pyrefly",)),
        (NO_DOCUMENTATION, ("zuban",)),
        (AS_A_WHOLE, ("jedi-language-server",)),
    ),
    "add_task-solved": _UNSOLVED,
    "add_task-to-marked": _UNSOLVED,
    "add_task-to-documented": _UNSOLVED | _why((OF_THE_METHOD, PYRIGHTS)),
    "add_task-keyword-offered": _UNSOLVED,
    "add_task-keyword-marked": _UNSOLVED,
    "add_task-keyword-documented": _UNSOLVED | _why((OF_THE_METHOD, PYRIGHTS)),
    "add_task-keyword-type": _why(
        (VARIADIC, ("ty",)), (CLASS_OF_VALUE, ("zuban",)), (NOTHING, ("pyrefly", *JEDIS))
    ),
    "add_task-keyword-hover": _why(
        (TYPE_ALONE, PYRIGHTS),
        (VARIADIC, ("ty",)),
        (CLASS_OF_VALUE, ("zuban",)),
        (NOTHING, ("pyrefly", *JEDIS)),
    ),
    "add-func": _why((NO_DOCUMENTATION, ("zuban",))),
    "add-func-marked": _why(
        (NO_DOCUMENTATION, ("zuban",)), (AS_A_WHOLE, ("jedi-language-server",))
    ),
    "option-documented": _why(
        (NO_DOCUMENTATION, ("zuban",)), (AS_A_WHOLE, ("jedi-language-server",))
    ),
    "option-hover": _why(
        (NOTHING, ("pyrefly", "pylsp")),
        (CLASS_OF_VALUE, ("zuban",)),
        (SOURCE, ("jedi-language-server",)),
    ),
    "call-solved": _NO_CALL,
    "call-to-marked": _NO_CALL,
    "call-to-documented": _NO_TASK_DOCUMENTATION,
    "call-keyword-offered": _NO_CALL,
    "call-keyword-marked": _NO_CALL,
    "call-keyword-documented": _NO_TASK_DOCUMENTATION,
    "call-keyword-type": _why((CLASS_OF_VALUE, ("zuban",)), (NO_RESULT, JEDIS)),
    "call-keyword-hover": _why(
        (TYPE_ALONE, (*PYRIGHTS, "ty", "pyrefly")),
        (CLASS_OF_VALUE, ("zuban",)),
        (NO_RESULT, JEDIS),
    ),
    "parameter-type": _why((NOTHING, ("pylsp",))),
    "parameter-hover": _why(
        (TYPE_ALONE, (*PYRIGHTS, "ty", "pyrefly", "jedi-language-server")), (NOTHING, ("pylsp",))
    ),
    "annotation-hover": _why((TYPE_ALONE, ("pyrefly",))),
    "use-hover": _why((TYPE_ALONE, (*PYRIGHTS, "ty", "pyrefly", "jedi-language-server"))),
    "fastapi-hover": _why((ONLY_DOC, _ALL)),
    "fastapi-func-marked": _why((ONLY_DOC, _ALL)),
    "query-hover": _why((ONLY_DOC, _ALL)),
    "query-marked": _why((ONLY_DOC, _ALL)),
    "title-hover": _why((ONLY_DOC, _ALL)),
    "title-marked": _why((ONLY_DOC, _ALL)),
}
