-- What people and dashboards ask. All with the rights of whoever asks.

create view public.photo_metadata with (security_invoker = true) as
  select
    p.photo_id,
    coalesce(s.native_id, p.photo_id::text) as image_key,
    a.album_key,
    a.album_name,
    coalesce(s.url, m.url) as "ImageUrl",
    s.extras ->> 'ThumbnailUrl' as "ThumbnailUrl",
    coalesce(s.extras ->> 'OriginalUrl', s.extras ->> 'ArchivedUri') as "OriginalUrl",
    e.sport_type,
    e.photo_category,
    e.emotion,
    e.quality_score,
    p.capture_time as photo_date,
    coalesce(s.added_time, m.added_time) as upload_date,
    e.approved_at as enriched_at,
    greatest(p.updated_at, l.updated_at, a.updated_at, e.updated_at) as updated_at
  from public.photos p
  left join public.photo_albums l on l.photo_id = p.photo_id and not l.gone
  left join public.albums a on a.album_id = l.album_id and not a.gone
  left join lateral (
    select i.* from public.items i
    where i.photo_id = p.photo_id and i.source = 'smugmug' and not i.gone
    order by i.item_id limit 1
  ) s on true
  left join lateral (
    select i.* from public.items i
    where i.photo_id = p.photo_id and i.is_master and not i.gone
    order by i.item_id limit 1
  ) m on true
  left join lateral (
    select x.* from public.ai_metadata x
    where x.photo_id = p.photo_id and x.approved
    order by x.approved_at desc limit 1
  ) e on true
  where not p.gone;
comment on view public.photo_metadata is
  'one row a photo and album, so a photo in two albums has two; what models said once approved';

create view public.album_metrics with (security_invoker = true) as
  select
    count(*) as total_albums,
    count(*) filter (where updated_at > now() - interval '1 day') as recently_synced,
    count(*) filter (where coalesce(album_name, '') = '') as missing_names
  from public.albums
  where not gone;

create view public.sync_standing with (security_invoker = true) as
  select
    target, last_written_at, last_verified_at, rows_failed, drifted,
    coalesce(greatest(last_written_at, last_verified_at) < now() - interval '7 days', true)
      as stale
  from public.sync_state;

-- Vectors of one length only are compared. The text of the query names it, because only then is
-- the index of that length used.
create function public.match_photos(
  query_embedding extensions.vector,
  of_model text default null,
  match_count integer default 20,
  approved_only boolean default false
) returns table (photo_id uuid, model text, similarity double precision)
language plpgsql stable set search_path = ''
as $$
declare
  size integer := extensions.vector_dims(query_embedding);
begin
  -- Filters apply after the index has answered: let it go on until there are enough.
  perform set_config('hnsw.iterative_scan', 'relaxed_order', true);
  return query execute format(
    'select x.photo_id, x.model,'
    ' 1 - (x.embedding::extensions.vector(%1$s) operator(extensions.<=>)'
    '      $1::extensions.vector(%1$s))'
    ' from public.ai_metadata x'
    ' where x.dim = %1$s and ($2 is null or x.model = $2) and (x.approved or not $4)'
    ' order by x.embedding::extensions.vector(%1$s) operator(extensions.<=>)'
    '          $1::extensions.vector(%1$s)'
    ' limit $3', size)
  using query_embedding, of_model, least(match_count, 1000), approved_only;
end
$$;
