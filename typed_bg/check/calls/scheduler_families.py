"""The rows of the table for schedulers, workflows and distributed computing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typed_bg.check.calls.forwarders import NO_OPTIONS, Forwarder, Slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def _apscheduler() -> Iterable[Forwarder]:
    yield Forwarder(
        "apscheduler.schedulers.base.BaseScheduler.add_job",
        "method",
        keyword="func",
        args=Slot(2, "args"),
        kwargs=Slot(3, "kwargs"),
        by_name="also",
        classes=frozenset(
            {
                *("AsyncIOScheduler", "BackgroundScheduler", "BlockingScheduler"),
                *("GeventScheduler", "QtScheduler", "TornadoScheduler", "TwistedScheduler"),
            }
        ),
    )

    for cls in ("async_.AsyncScheduler", "sync.Scheduler"):  # of APScheduler 4
        for name in ("add_schedule", "add_job", "run_job"):
            yield Forwarder(
                f"apscheduler._schedulers.{cls}.{name}",
                "method",
                keyword="func_or_task_id",
                args=Slot(None, "args"),
                kwargs=Slot(None, "kwargs"),
                aliases=frozenset({f"apscheduler.{cls.partition('.')[2]}.{name}"}),
            )


def _prefect() -> Iterable[Forwarder]:
    for name, options in (("submit", {"return_state", "wait_for"}), ("delay", set[str]())):
        yield Forwarder(
            f"prefect.tasks.Task.{name}",
            "method",
            target=None,
            options=frozenset(options),
            has_param_spec=True,
            through=frozenset({"with_options"}),
            is_task=True,
            takes_futures=True,
        )
    yield Forwarder(
        "prefect.tasks.Task.apply_async",
        "method",
        target=None,
        args=Slot(0, "args"),
        kwargs=Slot(1, "kwargs"),
        through=frozenset({"with_options"}),
        is_task=True,
        takes_futures=True,
    )


_DASK_OPTIONS = frozenset(
    {
        *("key", "workers", "resources", "retries", "priority", "fifo_timeout", "pure"),
        *("allow_other_workers", "actor", "actors"),
    }
)


def _dask() -> Iterable[Forwarder]:
    yield Forwarder(
        "distributed.client.Client.submit",
        "method",
        keyword="func",
        options=_DASK_OPTIONS,
        takes_futures=True,
        aliases=frozenset({"distributed.Client.submit", "dask.distributed.Client.submit"}),
    )
    for name in ("dask.delayed", "dask.delayed.delayed"):
        yield Forwarder(
            name,
            "function",
            keyword="obj",
            two_step=True,
            options=frozenset({"dask_key_name"}),
            takes_futures=True,
        )


def _ray() -> Iterable[Forwarder]:
    yield Forwarder(
        "ray.remote_function.RemoteFunction.remote",
        "method",
        target=None,
        options=NO_OPTIONS,
        through=frozenset({"options"}),
        is_task=True,
        takes_futures=True,
        of_actors=True,
        classes=frozenset({"RemoteFunctionNoArgs", *(f"RemoteFunction{n}" for n in range(10))}),
    )


_ACTIVITY_OPTIONS = frozenset(
    {
        *("task_queue", "schedule_to_close_timeout", "schedule_to_start_timeout", "priority"),
        *("start_to_close_timeout", "heartbeat_timeout", "retry_policy", "cancellation_type"),
        *("activity_id", "versioning_intent", "summary", "event_groups", "result_type"),
        "local_retry_threshold",
    }
)
_WORKFLOW_OPTIONS = frozenset(
    {
        *("id", "task_queue", "execution_timeout", "run_timeout", "task_timeout", "priority"),
        *("id_reuse_policy", "id_conflict_policy", "retry_policy", "cron_schedule", "memo"),
        *("search_attributes", "static_summary", "static_details", "start_delay", "start_signal"),
        *("start_signal_args", "rpc_metadata", "rpc_timeout", "request_eager_start"),
        *("versioning_override", "result_type", "stack_level"),
        # Of child workflows.
        *("cancellation_type", "event_groups", "parent_close_policy", "versioning_intent"),
    }
)
_MESSAGE_OPTIONS = frozenset(
    {
        *("rpc_metadata", "rpc_timeout", "result_type", "reject_condition", "id"),
        *("wait_for_stage", "event_groups"),
    }
)


def _temporal() -> Iterable[Forwarder]:
    for verb in ("start", "execute"):
        for kind in ("activity", "local_activity"):
            name = f"temporalio.workflow.{verb}_{kind}"
            yield from _of_temporal(name, "activity", _ACTIVITY_OPTIONS, ())
            yield from _of_temporal(f"{name}_method", "activity", _ACTIVITY_OPTIONS)
        name = f"temporalio.workflow.{verb}_child_workflow"
        yield from _of_temporal(name, "workflow", _WORKFLOW_OPTIONS)
        name = f"temporalio.client.Client.{verb}_workflow"
        yield from _of_temporal(name, "workflow", _WORKFLOW_OPTIONS, module="_client")
    for method, keyword in (
        ("signal", "signal"),
        ("query", "query"),
        ("start_update", "update"),
        ("execute_update", "update"),
    ):
        name = f"temporalio.client.WorkflowHandle.{method}"
        yield from _of_temporal(name, keyword, _MESSAGE_OPTIONS, module="_workflow")
    for cls in ("ChildWorkflowHandle", "ExternalWorkflowHandle"):
        name = f"temporalio.workflow.{cls}.signal"
        yield from _of_temporal(name, "signal", _MESSAGE_OPTIONS, module="_workflow_ops")


def _of_temporal(
    name: str,
    keyword: str,
    options: frozenset[str],
    supplied: tuple[str, ...] = ("",),
    *,
    module: str = "",
) -> Iterable[Forwarder]:
    """Yield the rows of a callable that takes one argument, or several in `args=`.

    Args:
        name: Its public name.
        keyword: The name by which the target may be passed.
        options: The keywords that it keeps for itself.
        supplied: What is passed before the arguments; by default the object whose method the
            target is, as in `start_workflow(Send.run, "a")`.
        module: The module of the package in which its class is defined, if it is a method.
    """
    parts = name.split(".")
    defined = ".".join((*parts[:2], module, *parts[2:])) if module else name
    for args in (None, Slot(None, "args")):
        yield Forwarder(
            defined,
            "method" if module else "function",
            keyword=keyword,
            args=args,
            options=options,
            passing=frozenset({"arg"}),
            supplied=supplied,
            shares_name=True,
            aliases=frozenset({name} - {defined}),
        )


SCHEDULERS: Mapping[str, Iterable[Forwarder]] = {
    "apscheduler": _apscheduler(),
    "prefect": _prefect(),
    "dask": _dask(),
    "ray": _ray(),
    "temporal": _temporal(),
}
"""The rows of each family, by its name."""
