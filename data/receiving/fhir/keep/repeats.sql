-- Lines that hold a resource again: the newest is read (`meta.lastUpdated`, else none is newer). Where the newest say
-- different things, none of them is.
SELECT * EXCLUDE (said, newest), CASE
    WHEN id IS NULL OR count(*) OVER of_id = 1 THEN NULL
    WHEN min(said) FILTER (newest) OVER of_id <> max(said) FILTER (newest) OVER of_id THEN 'same_resource_id'
    WHEN line <> max(line) FILTER (newest) OVER of_id THEN 'repeated_resource' END AS repeats
FROM (SELECT *, json_merge_patch(to_json(resource), '{"line": null, "updated": null}')::VARCHAR AS said,
          coalesce(updated, '') = max(coalesce(updated, '')) OVER (PARTITION BY id) AS newest
      FROM resource)
WINDOW of_id AS (PARTITION BY id)
