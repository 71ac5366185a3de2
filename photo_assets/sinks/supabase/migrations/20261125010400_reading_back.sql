-- Reading back what was written, without moving it: counts and digests a month, and only the rows
-- of months that differ. Content is digested anew here, whatever the stored digests claim.

create function photo_assets.key_of(target text) returns text
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
  end;
begin
  if name is null then
    raise exception 'the sink writes no table %', target using errcode = 'undefined_table';
  end if;
  return name;
end
$$;

create function public.sink_month_counts(target text) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  answer jsonb;
begin
  perform photo_assets.key_of(target);
  execute format(
    'select coalesce(jsonb_agg(jsonb_build_object(''month'', month, ''rows'', rows)'
    ' order by month), ''[]'') from'
    ' (select month, count(*) as rows from public.%I group by month) m', target)
  into answer;
  return answer;
end
$$;

create function public.sink_month_digests(target text, months date[]) returns jsonb
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
    ' where month = any($1) or (month is null and array_position($1, null) is not null)'
    ' group by month) m', target)
  into answer using months;
  return answer;
end
$$;

create function public.sink_month_rows(
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
    ' where month is not distinct from $1 and %1$I::text collate "C" > $2'
    ' order by 1 limit $3) r', photo_assets.key_of(target), target)
  into answer using of_month, after_key, how_many;
  return answer;
end
$$;
