-- person_change: append-only; the newest row of a person is what holds. account: keyed hash of issuer and subject, from
-- the first sign-in on; after it nobody else can come in with the same e-mail address.
CREATE TABLE person_change (
    change BIGINT, person INTEGER, email VARCHAR, name VARCHAR, role VARCHAR, partners VARCHAR[], expires_on DATE,
    ended BOOLEAN, account VARCHAR, changed_by VARCHAR, happened_at TIMESTAMP);
-- session: keyed hash of issuer, subject and the nonce of this one sign-in. A row is never removed: what ended stays
-- ended, whoever shows its cookie again. provider_session: keyed hash of what the provider calls its own (sid).
CREATE TABLE sign_in (
    session VARCHAR PRIMARY KEY, person INTEGER, provider VARCHAR, provider_session VARCHAR, began_at TIMESTAMP,
    seen_at TIMESTAMP, ended_at TIMESTAMP, ended_why VARCHAR);
-- access_event: append-only. chained: keyed hash of the row and of the one before it.
CREATE TABLE access_event (
    event BIGINT, happened_at TIMESTAMP, kind VARCHAR, actor VARCHAR, person INTEGER, detail VARCHAR, chained VARCHAR);
