-- Every version of the settings, whole; the newest is the one that holds. `settings` and `changed` are JSON; `origin`:
-- file, page, command or undo.
CREATE TABLE settings_version (
    version INTEGER, settings VARCHAR, actor VARCHAR, happened_at TIMESTAMP, reason VARCHAR, changed VARCHAR,
    origin VARCHAR);
-- Each time that concord.toml and the store said the same: which version, and the SHA-256 of the file. A file that was
-- edited since is taken in at a start, unless the newest version is another one than the last of these.
CREATE TABLE settings_file (version INTEGER, sha256 VARCHAR, happened_at TIMESTAMP);
