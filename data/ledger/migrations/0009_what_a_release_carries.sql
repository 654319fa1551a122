-- What a release rests on beside its settings, as JSON: its definitions, its code lists, and the partners that had sent
-- something. Pages show a release by these, whatever the program and the settings say by then.
CREATE TABLE release_carried (release INTEGER, what VARCHAR, told VARCHAR);
