-- Messages as backbone staff settled them: append-only, as are all tables here. `occasion`: what it is about, and which
-- turn of it; `partner_id` NULL: about no single partner; `leaves_at`: not before (UTC).
CREATE TABLE message (
    message INTEGER, occasion VARCHAR, kind VARCHAR, partner_id VARCHAR, subject VARCHAR, words VARCHAR,
    leaves_at TIMESTAMP, actor VARCHAR, happened_at TIMESTAMP);
-- What became of a message for each of its recipients: a chain of steps, of which the last holds. `kind`: waiting,
-- sending, sent, refused, later, unknown, canceled, dropped, given up or noted.
CREATE TABLE message_step (
    message INTEGER, recipient INTEGER, step INTEGER, kind VARCHAR, address VARCHAR, name VARCHAR, why VARCHAR,
    actor VARCHAR, happened_at TIMESTAMP);
-- Addresses of partners' calendars: `made` with the SHA-256 of the word in the address, or `revoked`.
CREATE TABLE calendar_address (
    address INTEGER, kind VARCHAR, partner_id VARCHAR, sha256 VARCHAR, actor VARCHAR, happened_at TIMESTAMP);
