"""The decorators that make tasks of functions, and other ways to register a function as a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class TaskDecorator(NamedTuple):
    """A decorator that makes a task of a function, whose calls pass the function's parameters.

    Attributes:
        family: The family of the task's methods.
        name: The decorator; of a method, the class.
        method: The method, if it is one of an object that the project makes of the class.
        supplies: The option with which the framework supplies the first parameter.
        unknown: Options that can change what is called.
        injects: What marks a parameter that the framework supplies, in its annotation.
    """

    family: str
    name: str
    method: str = ""
    supplies: str = ""
    unknown: frozenset[str] = frozenset()
    injects: str = ""


def _celery() -> Iterator[TaskDecorator]:
    unknown = frozenset({"base", "pydantic"})
    yield TaskDecorator("celery", "celery.shared_task", supplies="bind", unknown=unknown)
    yield TaskDecorator("celery", "celery.Celery", "task", supplies="bind", unknown=unknown)


def _taskiq() -> Iterator[TaskDecorator]:
    names = (
        *("taskiq.InMemoryBroker", "taskiq.ZeroMQBroker", "taskiq.AsyncSharedBroker"),
        *("taskiq_redis.ListQueueBroker", "taskiq_redis.RedisStreamBroker"),
        *("taskiq_redis.PubSubBroker", "taskiq_redis.ListQueueSentinelBroker"),
        *("taskiq_aio_pika.AioPikaBroker", "taskiq_nats.NatsBroker"),
        *("taskiq_nats.PullBasedJetStreamBroker", "taskiq_nats.PushBasedJetStreamBroker"),
    )
    for name in names:
        yield TaskDecorator("taskiq", name, "task", injects="TaskiqDepends")


def _huey() -> Iterator[TaskDecorator]:
    # With `context=True`, huey passes the task by keyword.
    unknown = frozenset({"context"})
    names = (
        *("Huey", "BlackHoleHuey", "FileHuey", "MemoryHuey", "PriorityRedisExpireHuey"),
        *("PriorityRedisHuey", "RedisExpireHuey", "RedisHuey", "SqliteHuey"),
    )
    for name in names:
        yield TaskDecorator("huey", f"huey.{name}", "task", unknown=unknown)
    for name in ("task", "db_task"):
        yield TaskDecorator("huey", f"huey.contrib.djhuey.{name}", unknown=unknown)


TASK_DECORATORS = (
    *_celery(),
    TaskDecorator("dramatiq", "dramatiq.actor", unknown=frozenset({"actor_class"})),
    *_taskiq(),
    TaskDecorator("procrastinate", "procrastinate.App", "task", supplies="pass_context"),
    TaskDecorator("procrastinate", "procrastinate.Blueprint", "task", supplies="pass_context"),
    *_huey(),
    TaskDecorator("django", "django.tasks.task", supplies="takes_context"),
    TaskDecorator("django", "django_tasks.task", supplies="takes_context"),
    TaskDecorator("prefect", "prefect.task"),
    TaskDecorator("ray", "ray.remote"),
)


class FunctionList(NamedTuple):
    """A list of functions that a worker runs by their names.

    Attributes:
        family: The family of the calls that name them.
        wrappers: What gives a function another name, as in `func(send, name="mail")`.
    """

    family: str
    wrappers: frozenset[str]


FUNCTION_LISTS: Mapping[str, FunctionList] = {
    "functions": FunctionList("arq", frozenset({"arq.func", "arq.worker.func"})),
}
"""The lists by the name of the attribute or the argument that has them."""
