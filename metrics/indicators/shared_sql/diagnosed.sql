-- A condition on `events`: a diagnosis that was neither refuted nor entered in error.
coalesce(status, 'confirmed') IN ('confirmed', 'unconfirmed', 'provisional', 'differential')
