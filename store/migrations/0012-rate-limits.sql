-- Shares of limits that several API processes keep together (ADR 024). Unlogged: after a crash of the server everybody
-- begins with a full minute, which is cheaper than writing each share to the log.
create unlogged table rate_limit (
  key         bytea primary key,
  taken_until timestamptz not null
);
create index rate_limit_taken_until on rate_limit (taken_until);
