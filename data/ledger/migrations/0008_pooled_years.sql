-- three years that ended on last_day are shown together, by groups too small for one (metrics.grouping.pooled_years).
CREATE TABLE pooled_years (last_day DATE);
