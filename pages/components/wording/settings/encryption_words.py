"""Whether what is stored is encrypted, as staff and auditors read it."""

from data.ledger.encryption.encryption_key import EncryptionKey


def state(key: EncryptionKey | None) -> str:
    """The fingerprint is that of the key on paper; it gives nothing of the key away."""
    if key is None:
        return "What is stored is not encrypted by Concord. Then the disk must be."
    return f"What is stored is encrypted. The key has the fingerprint {key.fingerprint()}."
