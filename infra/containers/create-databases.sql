-- Run once by the PostgreSQL image, when its volume is empty: one role for the service, one for the engine. Neither can read
-- the other's databases, so that personal data stays out of the engine's reach, and neither is a superuser.
\set service_password `cat /run/secrets/service_db_password`
\set worker_password `cat /run/secrets/worker_db_password`
\set api_password `cat /run/secrets/api_db_password`
\set engine_password `cat /run/secrets/engine_db_password`

create role bihuan login password :'service_password';
-- Whoever owns the tables, the service on its own behalf, the API on behalf of a user: the last two own nothing.
create role bihuan_owner;
create role bihuan_worker;
create role bihuan_api;
grant bihuan_owner, bihuan_worker, bihuan_api to bihuan with inherit true, set true;
create role bihuan_worker_login login password :'worker_password' in role bihuan_worker;
create role bihuan_api_login login password :'api_password' in role bihuan_api;
create database bihuan owner bihuan;
revoke all on database bihuan from public;

create role temporal login password :'engine_password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke all on database temporal from public;
revoke all on database temporal_visibility from public;
