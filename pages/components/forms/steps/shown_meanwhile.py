"""How far work is, shown while the work itself may not be stopped: a click stops a script wherever it shows something.

So the script's own thread shows nothing until the work is done; another one shows how far it is.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx

EVERY = 0.2  # seconds
Heard = Callable[[int, int], None]


@contextmanager
def shown_meanwhile(words: str) -> Iterator[Heard]:
    """A bar beneath these words; the block tells what it gets how many of how many figures are counted."""
    bar = st.progress(0.0, text=words)
    told = [(0, 0)]
    over = threading.Event()

    def show() -> None:
        shown = told[0]
        while not over.wait(EVERY):
            if shown != told[0]:
                shown = told[0]
                bar.progress(shown[0] / shown[1], text=f"{words}: counting the figures, {shown[0]} of {shown[1]}")

    def heard(done: int, of: int) -> None:
        told[0] = done, of

    thread = threading.Thread(target=show, daemon=True)
    add_script_run_ctx(thread)
    thread.start()
    try:
        yield heard
    finally:
        over.set()
        thread.join()
    bar.empty()
