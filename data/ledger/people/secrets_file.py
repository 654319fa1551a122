"""Secrets of sign-in: providers' client secrets, and the key that signs cookies. No settings, and not in the store."""

import os
import secrets
import tomllib
from pathlib import Path
from typing import Any

from data.ledger.data_folder import NotReady
from schemas.policy.access.sign_in import Provider, SignIn

SECRETS, COOKIE_KEY = "sign_in_secrets.toml", "cookie.key"
VARIABLE = "CONCORD_SECRET_"
MAIL = "mail_password"
"""Its place in the file; no provider can be called so."""


def client_secret(folder: Path, provider: Provider) -> str:
    """A provider's client secret, from the environment, else from the file. Raises NotReady without one."""
    variable = f"{VARIABLE}{provider.id.upper()}"
    found = os.environ.get(variable, "").strip() or str(_written(folder).get(provider.id, "")).strip()
    if not found:
        raise NotReady(
            f'no client secret for {provider.name}: write {provider.id} = "..." into {SECRETS} in the data folder, or '
            f"set {variable}"
        )
    return found


def mail_password(folder: Path) -> str:
    """The password of the mail server, from the environment, else from the file. Raises NotReady without one."""
    variable = f"{VARIABLE}{MAIL.upper()}"
    if found := os.environ.get(variable, "").strip() or str(_written(folder).get(MAIL, "")).strip():
        return found
    raise NotReady(f'no password for the mail server: write {MAIL} = "..." into {SECRETS}, or set {variable}')


def _written(folder: Path) -> dict[str, Any]:
    path = folder / SECRETS
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except tomllib.TOMLDecodeError:
        raise NotReady(f"{SECRETS} is no TOML: each line is a provider's id, =, and its secret in quotes") from None


def cookie_key(folder: Path) -> str:
    """The key that signs the cookies of sign-in; made when there is none. Removing the file signs everyone out."""
    path = folder / COOKIE_KEY
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()


def for_streamlit(folder: Path, settings: SignIn) -> dict[str, Any]:
    """The section `auth` as Streamlit reads it; empty without a provider. Raises NotReady for a missing secret."""
    if not settings.providers:
        return {}
    levels = " ".join(settings.second_factor_levels) if settings.second_factor else ""
    auth: dict[str, Any] = {
        p.id: {
            "client_id": p.client_id,
            "client_secret": client_secret(folder, p),
            "server_metadata_url": p.metadata,
            **({"authorize_params": {"acr_values": levels}} if levels else {}),
        }
        for p in settings.providers
    }
    shared = {"redirect_uri": f"{settings.address}/oauth2callback", "cookie_secret": cookie_key(folder)}
    return {"auth": {**shared, **auth}}
