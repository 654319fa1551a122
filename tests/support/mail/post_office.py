"""A real mail server on this machine, which keeps what it gets and can be told to refuse; and a partnership that uses
it."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from data.ledger.store import Store
from schemas.policy.messages.mail_server import MailServer
from tests.support.new_partnerships import new_store

SETTINGS = """
name = "Our partnership"
today = 2026-10-20
[[partners]]
id = "alder"
name = "Alder Clinic"
kind = "clinic"
sends = ["blood_pressure"]
reports_since = 2026-07-01
contacts = ["Kim Lee <kim@alder.example>", "Zoë Müller, zoe@alder.example", "Front desk, extension 12"]
[[partners]]
id = "birch"
name = "Birch Clinic"
kind = "clinic"
sends = ["blood_pressure"]
reports_since = 2026-07-01
contacts = ["Bo, bo@birch.example"]
[sign_in]
address = "https://concord.example.org"
[mail]
host = "127.0.0.1"
port = 25
security = "none"
sender = "office@backbone.example"
"""


class Inbox:
    """What a mail server got. `answers`: address -> what is answered to it; `breaks`: the line breaks once a letter is
    in."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.to: list[list[str]] = []
        self.encrypted: list[bool] = []
        self.answers: dict[str, str] = {}
        self.breaks = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if said := self.answers.get(address):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.raw.append(envelope.content)
        self.to.append(envelope.rcpt_tos)
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        if self.breaks:
            server.transport.abort()
        return "250 kept"


def words(mail: EmailMessage) -> str:
    """The words of a letter that came."""
    return str(mail.get_content()).replace("\r\n", "\n")


class _AnyPort(Controller):
    """A server on whichever port is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(inbox: Inbox, **options: Any) -> Iterator[int]:
    """Its port, while it runs."""
    server = _AnyPort(inbox, hostname="127.0.0.1", port=0, **options)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def knows(user: str, password: str) -> Any:
    """Who is let in, as aiosmtpd asks."""

    def ask(server: Any, session: Any, envelope: Any, mechanism: str, said: Any) -> AuthResult:
        return AuthResult(success=(said.login.decode(), said.password.decode()) == (user, password), handled=False)

    return ask


def at(store: Store, port: int, **more: object) -> MailServer:
    """Let a store send by the mail server at a port."""
    told = store.partnership.mail.model_dump() | {"port": port, **more}
    server = MailServer.model_validate(told)
    store.partnership = store.partnership.model_copy(update={"mail": server})
    return server


def post_office(folder: Path, settings: str = SETTINGS) -> Store:
    """A partnership whose file for Jul–Sep 2026 is due in ten days."""
    return new_store(folder / "var", settings)


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that nobody else has signed, and a server's context with it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path, secret = folder / "mail.pem", folder / "mail.key"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, secret)
    return path, context
