"""The rows of the table for packages that send tasks to workers through a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typed_bg.check.calls.forwarders import NO_OPTIONS, Forwarder, Slot, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def _celery() -> Iterable[Forwarder]:
    task = "celery.app.task.Task"
    yield typed(f"{task}.delay", "method", None)
    yield typed(f"{task}.si", "method", None)
    yield Forwarder(
        f"{task}.s",
        "method",
        target=None,
        options=NO_OPTIONS,
        followed_by=frozenset({"apply_async", "delay", "apply"}),
    )
    for name in ("apply_async", "apply"):
        yield Forwarder(
            f"{task}.{name}",
            "method",
            target=None,
            args=Slot(0, "args"),
            kwargs=Slot(1, "kwargs"),
            aliases=frozenset({f"celery.Task.{name}"}),
        )
    yield Forwarder(
        "celery.Celery.send_task",
        "method",
        keyword="name",
        args=Slot(1, "args"),
        kwargs=Slot(2, "kwargs"),
        by_name="only",
    )


def _dramatiq() -> Iterable[Forwarder]:
    actor = "dramatiq.Actor"
    yield typed(f"{actor}.send", "method", None)
    yield typed(f"{actor}.message", "method", None)
    for name in ("send_with_options", "message_with_options"):
        yield Forwarder(
            f"{actor}.{name}",
            "method",
            target=None,
            args=Slot(None, "args"),
            kwargs=Slot(None, "kwargs"),
        )


_RQ_OPTIONS = frozenset(
    {
        *("job_timeout", "description", "result_ttl", "ttl", "failure_ttl", "depends_on"),
        *("job_id", "at_front", "meta", "retry", "repeat", "on_success", "on_failure"),
        *("on_stopped", "rate_limit", "webhooks", "pipeline", "unique"),
    }
)


def _rq() -> Iterable[Forwarder]:
    for name, target in (("enqueue", 0), ("enqueue_in", 1), ("enqueue_at", 1)):
        for args, kwargs in ((None, None), (Slot(None, "args"), Slot(None, "kwargs"))):
            yield Forwarder(
                f"rq.Queue.{name}",
                "method",
                target=target,
                args=args,
                kwargs=kwargs,
                options=_RQ_OPTIONS,
                by_name="also",
                shares_name=True,
            )
    yield Forwarder(
        "rq.Queue.enqueue_call",
        "method",
        keyword="func",
        args=Slot(1, "args"),
        kwargs=Slot(2, "kwargs"),
        by_name="also",
    )


def _arq() -> Iterable[Forwarder]:
    yield Forwarder(
        "arq.connections.ArqRedis.enqueue_job",
        "method",
        keyword="function",
        options=frozenset(
            {"_job_id", "_queue_name", "_defer_until", "_defer_by", "_expires", "_job_try"}
        ),
        by_name="registered",
        supplied=("",),
        aliases=frozenset({"arq.ArqRedis.enqueue_job"}),
        givers=frozenset({"create_pool"}),
    )


def _huey() -> Iterable[Forwarder]:
    yield Forwarder(
        "huey.api.TaskWrapper.schedule",
        "method",
        target=None,
        args=Slot(0, "args"),
        kwargs=Slot(1, "kwargs"),
        is_task=True,
    )
    yield Forwarder(
        "huey.api.TaskWrapper.call_local",
        "method",
        target=None,
        options=NO_OPTIONS,
        is_task=True,
    )


def _procrastinate() -> Iterable[Forwarder]:
    for name in ("defer", "defer_async"):
        yield Forwarder(
            f"procrastinate.tasks.Task.{name}",
            "method",
            target=None,
            options=NO_OPTIONS,
            has_param_spec=True,
            through=frozenset({"configure"}),
            passing=frozenset({"task_kwargs"}),
            is_task=True,
            classes=frozenset({"JobDeferrer"}),
        )


def _django() -> Iterable[Forwarder]:
    for package in ("django.tasks", "django_tasks"):
        for name in ("enqueue", "aenqueue"):
            yield Forwarder(
                f"{package}.base.Task.{name}",
                "method",
                target=None,
                options=NO_OPTIONS,
                has_param_spec=package == "django_tasks",
                through=frozenset({"using"}),
                is_task=True,
                aliases=frozenset({f"{package}.Task.{name}"}),
            )


def _taskiq() -> Iterable[Forwarder]:
    yield Forwarder(
        "taskiq.AsyncTaskiqDecoratedTask.kiq",
        "method",
        target=None,
        options=NO_OPTIONS,
        has_param_spec=True,
        through=frozenset({"kicker", "with_broker", "with_labels", "with_task_id"}),
        is_task=True,
        classes=frozenset({"AsyncKicker"}),
    )


TASK_QUEUES: Mapping[str, Iterable[Forwarder]] = {
    "celery": _celery(),
    "dramatiq": _dramatiq(),
    "rq": _rq(),
    "arq": _arq(),
    "huey": _huey(),
    "procrastinate": _procrastinate(),
    "django": _django(),
    "docket": (
        Forwarder(
            "docket.Docket.add",
            "method",
            keyword="function",
            two_step=True,
            options=NO_OPTIONS,  # they are in the first of its two calls
            has_param_spec=True,
        ),
    ),
    "taskiq": _taskiq(),
}
"""The rows of each family, by its name."""
