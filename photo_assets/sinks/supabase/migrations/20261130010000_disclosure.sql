-- What stays at home can be taken back here: a row keeps its key and nothing else, and the history
-- holds no copy of what the sink replaced.

alter table public.photos add column archived boolean;
alter table public.items add column archived boolean;
comment on column public.photos.archived is 'set aside by its owner in a catalog';

-- Of a row that may not be here any more only its key is left.
alter table public.items
  alter column source drop not null,
  alter column catalog drop not null,
  alter column native_id drop not null;
alter table public.albums
  alter column source drop not null,
  alter column catalog drop not null;
alter table public.fingerprints alter column status drop not null;
alter table public.conflicts alter column kind drop not null;

-- Columns of photos that may name people, places or private keywords.
create function photo_assets.may_name(field text) returns boolean
language sql immutable set search_path = ''
as $$
  select field = any (array[
    'title', 'caption', 'label', 'creator', 'copyright', 'keywords', 'people', 'albums',
    'gps_latitude', 'gps_longitude', 'sublocation', 'city', 'state', 'country', 'country_code',
    'file_name', 'master_path', 'master_native_id', 'provenance'
  ])
$$;

-- As its owner: whoever changes a row may not write history, and cannot avoid it. Of what the sink
-- replaces, such columns are named without their values: it may be taking them back, and the record
-- of record is at home. A person's own edits are kept with theirs.
create or replace function photo_assets.record_history() returns trigger
language plpgsql security definer set search_path = '' set timezone = 'UTC'
as $$
declare
  before_row jsonb := to_jsonb(old);
  after_row jsonb := to_jsonb(new);
  headers jsonb := nullif(current_setting('request.headers', true), '')::jsonb;
  reason text := coalesce(
    nullif(current_setting('photo_assets.change_reason', true), ''), headers ->> 'x-change-reason'
  );
  by_the_sink boolean := reason is not distinct from 'photosync'
    or before_row ->> 'row_digest' is distinct from after_row ->> 'row_digest';
  is_emptied boolean := by_the_sink and coalesce((after_row ->> 'gone')::boolean, false);
begin
  insert into public.metadata_history
    (table_name, row_key, field, old_value, new_value, changed_by, change_reason)
  select
    tg_table_name, after_row ->> tg_argv[0], field,
    case
      when is_emptied or (by_the_sink and photo_assets.may_name(field)) then null
      when field = 'embedding' then to_jsonb(md5(before #>> '{}'))
      else before
    end,
    case
      when is_emptied or (by_the_sink and photo_assets.may_name(field)) then null
      when field = 'embedding' then to_jsonb(md5(after #>> '{}'))
      else after
    end,
    coalesce(
      nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role', session_user
    ),
    reason
  from jsonb_each(before_row) as o (field, before)
  join jsonb_each(after_row) as n (field, after) using (field)
  where before is distinct from after
    and field not in ('row_digest', 'content_digest', 'updated_at', 'version');
  return null;
end
$$;

-- What the history kept of such columns before. Nothing calls it but a person who wants that.
create function photo_assets.forget_names() returns bigint
language plpgsql security definer set search_path = ''
as $$
declare
  forgotten bigint;
begin
  alter table public.metadata_history disable trigger refuse_change;
  update public.metadata_history set old_value = null, new_value = null
    where table_name = 'photos' and photo_assets.may_name(field);
  get diagnostics forgotten = row_count;
  alter table public.metadata_history enable trigger refuse_change;
  return forgotten;
end
$$;
comment on function photo_assets.forget_names() is
  'takes the values of columns that may name people or places out of the history of photos';

revoke all on function photo_assets.may_name(text), photo_assets.forget_names()
  from public, anon, authenticated, service_role;
grant execute on function photo_assets.may_name(text) to service_role;

notify pgrst, 'reload schema';
