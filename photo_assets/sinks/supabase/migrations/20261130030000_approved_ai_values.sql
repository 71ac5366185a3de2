-- Approved AI values are written by the sink: its rows have a row_digest, those of others none. The
-- rows of others stay as they were, and are not compared.

-- Without the foreign key, because requests are sent side by side: no table of the sink has one.
alter table public.ai_metadata
  drop constraint ai_metadata_photo_id_fkey,
  alter column model drop not null,
  alter column input_hash drop not null,
  alter column processing_status drop not null,
  alter column approved drop not null,
  add column month date,
  add column notes text[],
  add column gone boolean not null default false,
  add column row_digest text,
  add column content_digest text,
  add column gone_at timestamptz,
  add constraint ai_metadata_complete check (
    gone or (
      model is not null and input_hash is not null and processing_status is not null
      and approved is not null
    )
  );
comment on column public.ai_metadata.row_digest is 'null: not a row of the sink';
comment on column public.ai_metadata.gone is 'no longer approved: only the key and the photo are left';
create index ai_metadata_month on public.ai_metadata (month);

-- `version` counts the changes in the database, so it is no content.
create or replace function photo_assets.content_digest(content jsonb) returns text
language plpgsql immutable strict parallel safe set search_path = ''
as $$
begin
  return encode(sha256(convert_to(jsonb_strip_nulls(content - array[
    'row_digest', 'content_digest', 'created_at', 'updated_at', 'gone_at', 'version'
  ])::text, 'UTF8')), 'hex');
end
$$;

-- After keep_ai, which counts the version: triggers run in the order of their names.
create trigger keep_row before insert or update on public.ai_metadata
  for each row when (new.row_digest is not null) execute function photo_assets.keep_row();

create or replace function photo_assets.may_name(field text) returns boolean
language sql immutable set search_path = ''
as $$
  select field = any (array[
    'title', 'caption', 'label', 'creator', 'copyright', 'keywords', 'people', 'albums',
    'gps_latitude', 'gps_longitude', 'sublocation', 'city', 'state', 'country', 'country_code',
    'file_name', 'master_path', 'master_native_id', 'provenance',
    'ai_description', 'ai_tags', 'ai_categories', 'approved_by', 'embedding'
  ])
$$;

create or replace function photo_assets.key_of(target text) returns text
language plpgsql immutable set search_path = ''
as $$
declare
  name text := case target
    when 'photos' then 'photo_id'
    when 'items' then 'item_id'
    when 'albums' then 'album_id'
    when 'photo_albums' then 'photo_album_id'
    when 'fingerprints' then 'item_id'
    when 'conflicts' then 'conflict_id'
    when 'ai_metadata' then 'metadata_id'
  end;
begin
  if name is null then
    raise exception 'the sink writes no table %', target using errcode = 'undefined_table';
  end if;
  return name;
end
$$;

create or replace function public.sink_month_counts(target text) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  answer jsonb;
begin
  perform photo_assets.key_of(target);
  execute format(
    'select coalesce(jsonb_agg(jsonb_build_object(''month'', month, ''rows'', rows)'
    ' order by month), ''[]'') from'
    ' (select month, count(*) as rows from public.%I where row_digest is not null group by month) m',
    target)
  into answer;
  return answer;
end
$$;

create or replace function public.sink_month_digests(target text, months date[]) returns jsonb
language plpgsql stable
set search_path = '' set timezone = 'UTC' set extra_float_digits = 1
as $$
declare
  answer jsonb;
begin
  perform photo_assets.key_of(target);
  execute format(
    'select coalesce(jsonb_agg(to_jsonb(m) order by month), ''[]'') from ('
    ' select month, count(*) as rows,'
    '   encode(sha256(convert_to(string_agg(row_digest, '''' order by row_digest collate "C"),'
    '     ''UTF8'')), ''hex'') as digest,'
    '   count(*) filter (where content_digest <> photo_assets.content_digest(to_jsonb(t)))'
    '     as drifted'
    ' from public.%I t'
    ' where row_digest is not null'
    '   and (month = any($1) or (month is null and array_position($1, null) is not null))'
    ' group by month) m', target)
  into answer using months;
  return answer;
end
$$;

create or replace function public.sink_month_rows(
  target text, of_month date, after_key text default '', how_many integer default 1000
) returns jsonb
language plpgsql stable
set search_path = '' set timezone = 'UTC' set extra_float_digits = 1
as $$
declare
  answer jsonb;
begin
  -- The row goes through the sort as it is; only a page of it becomes JSON.
  execute format(
    'select coalesce(jsonb_agg(jsonb_build_object('
    '   ''key'', key, ''row_digest'', (t).row_digest,'
    '   ''drifted'', (t).content_digest <> photo_assets.content_digest(to_jsonb(t))'
    ' ) order by key), ''[]'') from ('
    ' select %1$I::text collate "C" as key, t from public.%2$I t'
    ' where row_digest is not null'
    '   and month is not distinct from $1 and %1$I::text collate "C" > $2'
    ' order by 1 limit $3) r', photo_assets.key_of(target), target)
  into answer using of_month, after_key, how_many;
  return answer;
end
$$;

notify pgrst, 'reload schema';
