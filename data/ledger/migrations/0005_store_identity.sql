-- Which store this is, the fingerprint of the key of its pseudonyms, and that of the views that were declared last.
-- It has one row, written when the store is first opened under this version.
CREATE TABLE store_identity (store UUID, key_fingerprint VARCHAR, declared VARCHAR);
