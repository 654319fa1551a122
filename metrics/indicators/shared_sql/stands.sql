-- A condition on `events`: a list of what is allowed, so that what is in progress, planned, cancelled, refuted, entered in
-- error or not readable leaves nobody out. A diagnosis stands unless refuted; care has to be finished.
coalesce(status, 'finished') IN ('finished', 'confirmed', 'unconfirmed', 'provisional', 'differential')
