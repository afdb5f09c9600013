-- Counts for the operators' metrics, each from an index and not from the cases themselves.
create index hardship_case_state on hardship_case (state);
create index case_runtime_simulated on case_runtime (case_id) where is_simulated;
