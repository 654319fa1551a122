-- A release is announced before its files are written, and recorded when all of it is there, with the settings that it
-- was made under (JSON, `release_made.made_under`). An intent that is still here at a start was interrupted, and is undone.
CREATE TABLE release_intent (release INTEGER, happened_at TIMESTAMP, actor VARCHAR);
-- Editions that were removed, by the rule of how many releases are kept. Recorded before their files go.
CREATE TABLE release_pruned (release INTEGER, edition VARCHAR, happened_at TIMESTAMP);
