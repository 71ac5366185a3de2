-- The same within one database. Before 2026-10-30 every new table of `public` was granted to all
-- three roles: the harder case for privacy, so the one the tests have.
create schema extensions authorization postgres;
-- A hosted `postgres` may create it although it is no superuser.
create extension vector with schema extensions;
create schema auth;
grant usage on schema public, extensions, auth to anon, authenticated, service_role;
grant all on schema public to postgres;
create function auth.uid() returns uuid language sql stable set search_path = '' as
  $$ select nullif(current_setting('request.jwt.claims', true)::json ->> 'sub', '')::uuid $$;
alter default privileges for role postgres in schema public
  grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to anon, authenticated, service_role;
