"""The command that serves the dashboards, with every setting of the server and the theme set here."""

import ipaddress
import os
import socket
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from concord.command_options import VAR, Data, fail, say
from data.ledger import data_folder
from data.ledger.lake import lake_place
from data.ledger.opening import engine, store_faults
from pages.components.routes import request_log
from schemas.datasets.pandera_alone import leave_pandas_to_the_pages
from schemas.policy.access.sign_in import SignIn
from schemas.policy.partnership import Partnership
from workflow import administering
from workflow.carrying import release_store

LOGS = ("text", "json")
SETTINGS = Path(__file__).with_name("streamlit_settings.toml")
APP = Path(__file__).resolve().parents[1] / "app.py"


def serve(
    data: Data = VAR,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    address: Annotated[
        str, typer.Option(help="Address to listen on. Other than loopback only where people sign in over https.")
    ] = "127.0.0.1",
    log: Annotated[str, typer.Option(help="How to log: text, or json with a line for each request.")] = "text",
    releases: Annotated[
        Path | None,
        typer.Option(
            help="Show the newest release of this folder of releases, and nothing else. It is read, never written."
        ),
    ] = None,
    viewers: Annotated[
        Path | None, typer.Option(help="With --releases: the file that says who may sign in there.")
    ] = None,
    intake: Annotated[
        bool, typer.Option("--intake", help="Without pages: only take in what jobs send, beside the app (store.toml).")
    ] = False,
) -> None:
    """Start the dashboards. Without a way to sign in, only a demo or a partnership to practice with is served, and to
    this machine alone. In an empty folder one to practice with is begun, which the pages set up."""
    leave_pandas_to_the_pages()
    if log not in LOGS:
        raise typer.BadParameter("write text or json", param_hint="--log")
    os.environ[request_log.VARIABLE] = log
    if releases is not None:
        if intake:
            raise typer.BadParameter("takes files into a store, and --releases has none", param_hint="--intake")
        _serve_releases(releases, viewers, address, port)
        return
    if viewers is not None:
        raise typer.BadParameter("goes with --releases", param_hint="--viewers")
    if intake:
        _refuse_lonely(data)
    elif data_folder.is_empty(data):
        data_folder.make_folder(data, data_folder.BEGUN)
        say(f"No partnership was in {data}: a new one is begun, to practice with. The pages show its first steps.")
        say(
            f"Keep {data / data_folder.KEY} safe and apart from backups: without it new files cannot be matched to old."
        )
    settings = _settings(data)
    _refuse_open_door(settings.sign_in, address, demo=settings.demo)
    administering.sign_in_secrets(data)
    data_folder.read_key(data)
    store_faults.refuse_in_use(data)
    _refuse_taken(address, port)
    os.environ["CONCORD_DATA"] = str(data.resolve())
    engine.leave_one_processor()
    if intake:
        _run_intake(address, port, settings.server_names)
        return
    _start(settings.sign_in, address, port, settings.server_names)


def _serve_releases(releases: Path, viewers: Path | None, address: str, port: int) -> None:
    """Serve a folder of releases, once it is known that it can be shown and to whom."""
    store = release_store.open_releases(releases, viewers)
    sign_in, names, demo = store.partnership.sign_in, store.partnership.server_names, store.partnership.demo
    store.close()
    _refuse_open_door(sign_in, address, demo=demo)
    release_store.sign_in_secrets(viewers)
    _refuse_taken(address, port)
    os.environ[release_store.RELEASES_VARIABLE] = str(releases.resolve())
    if viewers:
        os.environ[release_store.VIEWERS_VARIABLE] = str(viewers.resolve())
    _start(sign_in, address, port, names)


def _start(sign_in: SignIn, address: str, port: int, names: tuple[str, ...]) -> None:
    os.chdir(SETTINGS.parent)  # Streamlit also reads settings and secrets that lie in the working directory: not here
    here = f"http://{address if ':' not in address else f'[{address}]'}:{port}"
    typer.echo(f"Concord is at {sign_in.address or here}  (Ctrl-C stops it)")
    sys.stdout.flush()
    _run_app(address, port, names)


def _refuse_lonely(data: Path) -> None:
    if lake_place.place_of(data) is None:
        fail(
            f"the store of {data} is a file, which one server alone can open. `concord serve` takes files in itself. "
            "For a store that several share see docs/how-to/run_several_servers.md"
        )


def _run_intake(address: str, port: int, hosts: tuple[str, ...]) -> None:
    from pages.components.layout import opened_store
    from pages.components.routes.jobs import intake_server, job_operations

    os.environ[opened_store.INTAKE] = "yes"
    typer.echo(f"Concord takes files in at http://{address}:{port}{job_operations.PLACE}  (Ctrl-C stops it)")
    sys.stdout.flush()
    intake_server.run(address, port, hosts)


def _refuse_taken(address: str, port: int) -> None:
    """Streamlit would look for another port after ours was told."""
    try:
        kind, _, _, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError:
        fail(
            f"port {port} of {address} is taken, or may not be used by this account. Name another with --port, or stop "
            "what listens there"
        )


def _refuse_open_door(sign_in: SignIn, address: str, *, demo: bool) -> None:
    """Nothing real is served to someone who has not signed in, and nobody signs in where others can read along."""
    if not _is_loopback(address) and not (sign_in.providers and sign_in.encrypted):
        fail(
            f"{address} is not a loopback address. Other machines are served only where people sign in over https: "
            "give sign_in.address"
        )
    if not sign_in.providers and not demo:
        fail(
            "nobody can sign in yet, so nothing is served. Name a provider under [sign_in] in "
            f"{data_folder.SETTINGS}; docs/how-to/let_people_sign_in.md has the steps. "
            "To look around with made-up data: `concord demo`"
        )


def _settings(data: Path) -> Partnership:
    """The settings that hold. Where the file cannot be read, the store may say them."""
    try:
        return data_folder.read_settings(data)
    except (data_folder.NotReady, ValueError):
        store = administering.open_partnership(data, read_only=True)
        store.close()
        return store.partnership


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
