"""The next items of a pipeline are worked out while those before are used.

pyarrow, polars and DuckDB release the interpreter lock, so reading, checking and writing run side by side.
"""

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass
class _End:
    """The last item, and what went wrong, if anything."""

    error: BaseException | None = None


def prefetched(items: Iterator[T], depth: int = 1) -> Generator[T, None, None]:
    """The same items in the same order, worked out in a thread of their own, at most `depth` of them waiting.

    An exception of the iterator is raised here, after the items before it.
    """
    ready: queue.Queue[T | _End] = queue.Queue(maxsize=depth)
    stop = threading.Event()

    def give(item: T | _End) -> None:
        while not stop.is_set():
            with suppress(queue.Full):
                return ready.put(item, timeout=0.2)

    def work() -> None:
        end = _End()
        try:
            for item in items:
                give(item)
                if stop.is_set():
                    return
        except BaseException as error:
            end.error = error
        give(end)

    thread = threading.Thread(target=work, name="concord-intake", daemon=True)
    thread.start()
    try:
        while not isinstance(item := ready.get(), _End):
            yield item
        if item.error:
            raise item.error
    finally:
        stop.set()
        thread.join()


def consume(items: Generator[T, None, None], use: Callable[[Iterator[T]], object], tick: Callable[[], None]) -> None:
    """Let `use` take the items in a thread of its own, and call `tick` here ten times a second until it is done.

    Raises what an item, `use` or `tick` raised; an exception of `tick` stops the items.
    """
    failure: list[BaseException] = []

    def watched() -> Iterator[T]:
        try:
            with closing(items):
                for item in items:
                    if failure:
                        return
                    yield item
        except GeneratorExit:  # `use` took no more: its own exception says why
            raise
        except BaseException as error:  # raised below: what takes the items (DuckDB) would only keep its words
            failure.append(error)

    with ThreadPoolExecutor(1, "concord-intake") as pool:
        using = pool.submit(use, watched())
        try:
            while not wait([using], timeout=0.1).done:
                tick()
        except BaseException as error:
            failure.append(error)
    if failure:
        raise failure[0]
    using.result()
