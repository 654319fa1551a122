-- Queries that people saved for each other. Rows are only ever added: a row without a query says who took the query of
-- this number away.
CREATE TABLE saved_query (
    number INTEGER, name VARCHAR, edition VARCHAR, query VARCHAR, actor VARCHAR, happened_at TIMESTAMP);
