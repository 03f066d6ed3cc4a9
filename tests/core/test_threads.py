"""16 threads that add tasks at once, with the GIL or without it: `nox -s free-threading`."""

from __future__ import annotations

import concurrent.futures
import gc
import inspect
import random
import sys
import sysconfig
import threading

import pytest
from support.made_functions import make, words

from typed_bg import BackgroundTask, BackgroundTasks, TaskArgumentError
from typed_bg._core import binding, locations

THREADS = 16
ROUNDS = [30, pytest.param(2_000, marks=pytest.mark.full)]
HAS_NO_GIL = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
# All of them take one argument, and none of them takes none.
CHANGES = ["def f(a): ...", "def f(a, *b): ...", "def f(a, **c): ...", "async def f(a): ..."]


def of_size(size):
    """Make a function with as many parameters as `size` says."""
    return make(f"def f({', '.join(f'p{i}' for i in range(size))}): ...")


class Adding:
    """Adds tasks at a place of its own, and fails if one is judged wrongly."""

    def __init__(self, place):
        self.place = f"<place {place}>:{place + 1}, in f"
        source = "def f(tasks, target, args, kwargs): tasks.add_task(target, *args, **kwargs)"
        self.add = make("\n" * place + source, f"<place {place}>")
        self.count = 0

    def refused(self, target, *args, **kwargs):
        """Add the task, and return the error's sentence, or `None` if the task was accepted."""
        self.count += 1
        tasks, error = BackgroundTasks(), None
        try:
            self.add(tasks, target, args, kwargs)
        except TaskArgumentError as caught:
            error = caught
        if error is not None:
            assert error.details[0] == f"added at {self.place}"
            assert tasks.tasks == []
            return error.fact
        (task,) = tasks.tasks
        assert (task.func, task.args, task.kwargs) == (target, args, kwargs)
        assert str(task._added) == self.place
        tasks.tasks.clear()
        return None

    def agree(self, target, size):
        """Add a target that takes `size` arguments with as many, one more and one less."""
        assert self.refused(target, *range(size)) is None
        for args in (range(size + 1), range(size - 1)):
            assert self.refused(target, *args) == words(target, *args)
        assert self.refused(target, *range(size), unknown=1)


def run_in_threads(work):
    """Run `work(number)` in all threads, which begin at once, and return what they return."""
    start = threading.Barrier(THREADS)

    def begin(number):
        start.wait()
        return work(number)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # nothing without the GIL
    try:
        with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(begin, range(THREADS)))
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.skipif(not HAS_NO_GIL, reason="this Python has the GIL")
def test_no_import_has_enabled_the_gil():
    assert not sys._is_gil_enabled()


@pytest.mark.filterwarnings("ignore:Assigning a code object of non-matching:DeprecationWarning")
@pytest.mark.parametrize("rounds", ROUNDS)
def test_targets_that_are_made_shared_changed_and_dropped(rounds):
    gc.collect()
    before = len(binding._shapes), len(locations._locations)
    known = [of_size(size) for size in range(1, 9)]
    handed_on = [(of_size(1), 1) for _ in range(4)]  # each thread replaces what others add
    changing = [make(CHANGES[0]) for _ in range(4)]
    codes = [make(source).__code__ for source in CHANGES]

    def work(number):
        adding, chance = Adding(number), random.Random(number)  # noqa: S311  # no secret
        for _ in range(rounds):
            size = chance.randrange(1, 9)
            adding.agree(known[size - 1], size)
            adding.agree(of_size(size), size)

            slot = chance.randrange(len(handed_on))
            adding.agree(*handed_on[slot])
            handed_on[slot] = of_size(size), size

            target, other = chance.choice(changing), chance.choice(CHANGES)
            target.__code__ = chance.choice([*codes, make(other).__code__])
            assert adding.refused(target, 1) is None
            assert adding.refused(target)
            adding.refused(target, 1, 2)  # the answer depends on what other threads do
            adding.refused(target, 1, c=2)
        return adding.count

    assert run_in_threads(work) == [rounds * 16] * THREADS
    adding = Adding(THREADS)
    for target in changing:
        for args, kwargs in [((), {}), ((1,), {}), ((1, 2), {}), ((1,), {"c": 2})]:
            assert adding.refused(target, *args, **kwargs) == words(target, *args, **kwargs)
        task = BackgroundTask(target, 1)
        assert task.is_async == bool(target.__code__.co_flags & inspect.CO_COROUTINE)
        task._watch.settled = True
    for key, shape in list(binding._shapes.items()):
        assert key == id(shape._forget())  # none is kept for a code object that is gone
    if not HAS_NO_GIL:  # Python 3.13 keeps all code objects then
        del known, handed_on, changing, codes, target, adding
        gc.collect()
        assert len(binding._shapes) <= before[0] + 1  # this test's `work` may still be there
        assert len(locations._locations) <= before[1] + 2


@pytest.mark.parametrize("rounds", ROUNDS)
def test_one_collection_of_all_threads(rounds):
    tasks = BackgroundTasks()

    def work(number):
        for _ in range(rounds):
            tasks.add_task(print, number)

    run_in_threads(work)
    numbers = sorted(task.args[0] for task in tasks.tasks)
    assert numbers == sorted([*range(THREADS)] * rounds)
    tasks.tasks.clear()
