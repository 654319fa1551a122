-- How often pages were opened, by month: no day, no person, no session. `indicator` '': the page itself.
CREATE TABLE page_views (
    month DATE, page VARCHAR, indicator VARCHAR, views BIGINT, PRIMARY KEY (month, page, indicator));
