-- How rows are kept: their digests, when they changed, that nothing is lost. No table is here.

create schema if not exists extensions;
create extension if not exists vector with schema extensions;

-- Not exposed by the API: only what is in `public` is.
create schema photo_assets;
grant usage on schema photo_assets to service_role;
alter default privileges in schema photo_assets revoke execute on functions from public;

create function photo_assets.content_digest(content jsonb) returns text
language plpgsql immutable strict parallel safe set search_path = ''
as $$
begin
  return encode(sha256(convert_to(jsonb_strip_nulls(content - array[
    'row_digest', 'content_digest', 'created_at', 'updated_at', 'gone_at'
  ])::text, 'UTF8')), 'hex');
end
$$;
comment on function photo_assets.content_digest(jsonb) is
  'SHA-256 of what a row says. Empty columns do not count, so that a new column changes nothing.';

-- Of every table that the sink writes. `row_digest` is the sink's name of what it wrote;
-- `content_digest` what the row came to then. A row edited by hand keeps both, and no longer
-- agrees with the second.
create function photo_assets.keep_row() returns trigger
language plpgsql
-- A time with a zone is text in the session's zone, a number has the session's digits.
set search_path = '' set timezone = 'UTC' set extra_float_digits = 1
as $$
declare
  actual text := photo_assets.content_digest(to_jsonb(new));
begin
  if tg_op = 'INSERT' then
    new.content_digest := actual;
    new.created_at := now();
    new.updated_at := new.created_at;
    new.gone_at := case when new.gone then new.created_at end;
    return new;
  end if;
  if new.row_digest = old.row_digest
     and actual = photo_assets.content_digest(to_jsonb(old)) then
    return null; -- nothing changes: no new version of the row, no new time
  end if;
  new.content_digest :=
    case when new.row_digest = old.row_digest then old.content_digest else actual end;
  new.created_at := old.created_at;
  new.updated_at := now();
  new.gone_at := case when new.gone then coalesce(old.gone_at, new.updated_at) end;
  return new;
end
$$;

create function photo_assets.refuse_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
  raise exception 'rows of %.% are only added', tg_table_schema, tg_table_name
    using errcode = 'integrity_constraint_violation';
end
$$;
