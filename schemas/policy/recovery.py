"""Settings of recovery: where backups go and how many are kept, and where the end of the history is noted."""

from pydantic import BaseModel, ConfigDict, Field

_PATH = r"^(/.*)?$"


class Recovery(BaseModel):
    """What must outlast the data folder. Only `concord.toml` says it: no page may choose where the server writes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    backups: str = Field(
        "",
        pattern=_PATH,
        description="Folder that `concord backup` writes into, as a full path outside the data folder; best on another "
        "disk. Blank means that each command says it.",
    )
    keep_backups: int = Field(14, ge=1, le=1000, description="Backups that are kept there. Older ones are removed.")
    oldest_backup_hours: int = Field(
        26, ge=1, le=2400, description="Hours after which the newest backup is too old: `/health` then answers 503."
    )
    history_head: str = Field(
        "",
        pattern=_PATH,
        description="File outside the data folder that notes each new end of the history of access. Blank means none. "
        "What it notes, `concord check` compares.",
    )
