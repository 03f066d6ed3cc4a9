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
        classes=frozenset({"RemoteFunctionNoArgs", *(f"RemoteFunction{n}" for n in range(10))}),
    )


_TEMPORAL_OPTIONS = frozenset(
    {
        *("task_queue", "schedule_to_close_timeout", "schedule_to_start_timeout", "priority"),
        *("start_to_close_timeout", "heartbeat_timeout", "retry_policy", "cancellation_type"),
        *("activity_id", "versioning_intent", "summary", "event_groups", "result_type"),
        "local_retry_threshold",
    }
)


def _temporal() -> Iterable[Forwarder]:
    for kind in ("activity", "local_activity"):
        for verb in ("start", "execute"):
            for args in (None, Slot(None, "args")):
                yield Forwarder(
                    f"temporalio.workflow.{verb}_{kind}",
                    "function",
                    keyword="activity",
                    args=args,
                    options=_TEMPORAL_OPTIONS,
                    passing=frozenset({"arg"}),
                    shares_name=True,
                )


SCHEDULERS: Mapping[str, Iterable[Forwarder]] = {
    "apscheduler": _apscheduler(),
    "prefect": _prefect(),
    "dask": _dask(),
    "ray": _ray(),
    "temporal": _temporal(),
}
"""The rows of each family, by its name."""
