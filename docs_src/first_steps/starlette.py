"""A signup page that sends an email after the response: Starlette."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from typed_bg import BackgroundTasks


def send_email(to: str, subject: str, *, retries: int = 3) -> None:
    """Send an email."""
    print(f"to {to}: {subject}")


async def signup(request: Request) -> JSONResponse:
    """Respond immediately, and send the email afterwards."""
    tasks = BackgroundTasks()
    tasks.add_task(send_email, request.path_params["email"], "Welcome", retries=5)
    return JSONResponse({"status": "ok"}, background=tasks)


app = Starlette(routes=[Route("/signup/{email}", signup, methods=["POST"])])
