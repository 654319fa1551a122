"""The command that serves the dashboards, with every setting of the server and the theme set here."""

import ipaddress
import os
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from concord.command_options import VAR, Data, fail
from data.ledger import data_folder

SETTINGS = Path(__file__).with_name("streamlit_settings.toml")
APP = Path(__file__).resolve().parents[1] / "app.py"


def serve(
    data: Data = VAR,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    address: Annotated[str, typer.Option(help="Loopback only, until sign-in exists.")] = "127.0.0.1",
) -> None:
    """Start the dashboards on this machine."""
    if not _is_loopback(address):
        fail(f"{address} is not a loopback address. Without sign-in Concord is served to this machine only.")
    hosts = data_folder.read_settings(data).hosts
    data_folder.read_key(data)
    os.environ["CONCORD_DATA"] = str(data.resolve())
    os.chdir(SETTINGS.parent)  # Streamlit also reads settings and secrets that lie in the working directory: not here
    typer.echo(f"Concord is at http://{address if ':' not in address else f'[{address}]'}:{port}  (Ctrl-C stops it)")
    sys.stdout.flush()
    _run_app(address, port, hosts)


def _run_app(address: str, port: int, hosts: tuple[str, ...]) -> None:
    """Run the app, with its pages and the addresses beside them, in this process. Streamlit is told from the first
    visit on that the app names its pages itself: otherwise the first visitor of a page's own address is told
    "Page not found"."""
    from streamlit.logger import get_logger
    from streamlit.runtime.pages_manager import PagesManager
    from streamlit.web import bootstrap

    PagesManager.uses_pages_directory = False
    origins = [f"{scheme}://{host}" for host in hosts for scheme in ("https", "http")]
    options = server_options() | {
        "server.address": address, "server.port": port, "server.corsAllowedOrigins": origins,
    }  # fmt: skip
    bootstrap.load_config_options(options)
    # The app is imported before its runtime is there: that its caches are in memory need not be said.
    get_logger("streamlit.runtime.caching.cache_data_api").setLevel("ERROR")
    bootstrap.run_asgi_app(str(APP), "app:app", [], options)


def server_options() -> dict[str, Any]:
    """Streamlit's options as `streamlit_settings.toml` has them: dotted name -> value.

    Given as options they outrank every settings file that Streamlit looks for on the machine.
    """
    return dict(_flat(tomllib.loads(SETTINGS.read_text(encoding="utf-8"))))


def _flat(table: dict[str, Any], place: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{place}{name}.")
        else:
            yield f"{place}{name}", value


def _is_loopback(address: str) -> bool:
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
