-- Run once by the PostgreSQL image, when its volume is empty: one role for the service, one for the engine. Neither can read
-- the other's databases, so that personal data stays out of the engine's reach, and neither is a superuser.
\set service_password `cat /run/secrets/service_db_password`
\set engine_password `cat /run/secrets/engine_db_password`

create role bihuan login password :'service_password';
create database bihuan owner bihuan;
revoke all on database bihuan from public;

create role temporal login password :'engine_password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke all on database temporal from public;
revoke all on database temporal_visibility from public;
