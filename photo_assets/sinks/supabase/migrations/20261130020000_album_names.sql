-- Changes of albums' names: recorded before each change and completed after it. The record of record
-- is the ledger.

create table public.album_name_changes (
  change_id uuid primary key,
  album_id uuid not null,
  album_key text,
  field text not null default 'Name',
  old_name text,
  new_name text,
  status text not null default 'intended'
    check (status in ('intended', 'done', 'conflict', 'failed', 'undone')),
  changed_by text not null default 'photosync',
  intended_at timestamptz not null default now(),
  changed_at timestamptz
);
comment on column public.album_name_changes.changed_at is 'when it ended; null: it is not ended';
create index album_name_changes_album on public.album_name_changes (album_id);

-- A row says what was intended; only its end is added.
create function photo_assets.keep_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if current_setting('photo_assets.forgetting', true) = 'yes' then
    return new;
  end if;
  if (new.change_id, new.album_id, new.album_key, new.field, new.old_name, new.new_name,
      new.changed_by, new.intended_at)
    is distinct from
     (old.change_id, old.album_id, old.album_key, old.field, old.old_name, old.new_name,
      old.changed_by, old.intended_at) then
    raise exception 'only the end of a change is added'
      using errcode = 'integrity_constraint_violation';
  end if;
  if old.status <> 'intended' then
    return null; -- ended already
  end if;
  new.changed_at := now();
  return new;
end
$$;
create trigger keep_change before update on public.album_name_changes
  for each row execute function photo_assets.keep_change();

-- An album that may not be shown any more has no name here, and no former names either.
create function photo_assets.forget_album_names() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform set_config('photo_assets.forgetting', 'yes', true);
  update public.album_name_changes set old_name = null, new_name = null, album_key = null
    where album_id = new.album_id;
  perform set_config('photo_assets.forgetting', '', true);
  return null;
end
$$;
create trigger forget_album_names after update on public.albums
  for each row when (new.album_name is null and old.album_name is not null)
  execute function photo_assets.forget_album_names();

create or replace view public.album_metrics with (security_invoker = true) as
  select
    count(*) as total_albums,
    count(*) filter (where updated_at > now() - interval '1 day') as recently_synced,
    count(*) filter (where coalesce(album_name, '') = '') as missing_names,
    (select count(*) from public.album_name_changes where status = 'intended') as open_changes,
    (select count(*) from public.album_name_changes
      where status in ('conflict', 'failed', 'undone')
        and changed_at > now() - interval '7 days') as failed_changes,
    (select max(changed_at) from public.album_name_changes where status = 'done') as last_change
  from public.albums
  where not gone;

revoke all on public.album_name_changes from public, anon, authenticated, service_role;
grant select, insert, update on public.album_name_changes to service_role;
revoke all on function photo_assets.keep_change(), photo_assets.forget_album_names()
  from public, anon, authenticated, service_role;
alter table public.album_name_changes enable row level security;
create policy "the secret key" on public.album_name_changes to service_role
  using (true) with check (true);

notify pgrst, 'reload schema';
