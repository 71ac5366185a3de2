-- Who may do what. The secret key's role reads and adds; nobody deletes through the API, and
-- visitors and signed-in users see nothing until a policy of your own lets them.
-- Grants are explicit: newer projects give none by themselves, older ones gave all to everyone.

revoke all on
  public.photos, public.items, public.albums, public.photo_albums, public.fingerprints,
  public.conflicts, public.ai_metadata, public.metadata_history, public.sync_state, public.audit,
  public.photo_metadata, public.album_metrics, public.sync_standing
  from public, anon, authenticated, service_role;

grant select, insert, update on
  public.photos, public.items, public.albums, public.photo_albums, public.fingerprints,
  public.conflicts, public.ai_metadata, public.sync_state
  to service_role;
grant select, insert on public.audit to service_role;
grant select on
  public.metadata_history, public.photo_metadata, public.album_metrics, public.sync_standing
  to service_role;
grant usage on schema public, extensions to service_role;

revoke all on function
  public.match_photos(extensions.vector, text, integer, boolean),
  public.sink_month_counts(text),
  public.sink_month_digests(text, date[]),
  public.sink_month_rows(text, date, text, integer)
  from public, anon, authenticated;
grant execute on function
  public.match_photos(extensions.vector, text, integer, boolean),
  public.sink_month_counts(text),
  public.sink_month_digests(text, date[]),
  public.sink_month_rows(text, date, text, integer)
  to service_role;
revoke all on all functions in schema photo_assets from public, anon, authenticated;
grant execute on all functions in schema photo_assets to service_role;

alter table public.photos enable row level security;
alter table public.items enable row level security;
alter table public.albums enable row level security;
alter table public.photo_albums enable row level security;
alter table public.fingerprints enable row level security;
alter table public.conflicts enable row level security;
alter table public.ai_metadata enable row level security;
alter table public.metadata_history enable row level security;
alter table public.sync_state enable row level security;
alter table public.audit enable row level security;

-- The secret key passes by policies anyway. Written down, so that a table without any policy is
-- one that somebody forgot.
create policy "the secret key" on public.photos to service_role using (true) with check (true);
create policy "the secret key" on public.items to service_role using (true) with check (true);
create policy "the secret key" on public.albums to service_role using (true) with check (true);
create policy "the secret key" on public.photo_albums to service_role
  using (true) with check (true);
create policy "the secret key" on public.fingerprints to service_role
  using (true) with check (true);
create policy "the secret key" on public.conflicts to service_role using (true) with check (true);
create policy "the secret key" on public.ai_metadata to service_role
  using (true) with check (true);
create policy "the secret key" on public.metadata_history for select to service_role using (true);
create policy "the secret key" on public.sync_state to service_role using (true) with check (true);
create policy "the secret key" on public.audit to service_role using (true) with check (true);

notify pgrst, 'reload schema';
