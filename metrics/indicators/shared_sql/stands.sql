-- A condition on `events`: a list of what is allowed, so that what is in progress, planned, cancelled, refuted, entered in
-- error or not readable leaves nobody out. A diagnosis stands unless refuted; care has to be finished.
(coalesce(status, 'finished') = 'finished'
 OR (event IN ('pregnancy', 'end_stage_renal_disease', 'ckd_stage_5', 'kidney_transplant_recipient', 'frailty',
               'advanced_illness')
     AND status IN ('confirmed', 'unconfirmed', 'provisional', 'differential')))
