-- The collection as the unified view has it. Rows that are no longer true are marked `gone`;
-- the sink deletes nothing. There are no foreign keys among these tables: one row that cannot be
-- stored must not take others with it.

create table public.photos (
  photo_id uuid primary key,
  uii text,
  month date,
  sha256 text,
  file_name text,
  media_kind text,
  media_type text,
  width integer,
  height integer,
  capture_time timestamp,
  capture_offset_min smallint,
  capture_kind text,
  capture_precision text,
  rating smallint,
  pick smallint,
  favourite boolean,
  label text,
  title text,
  caption text,
  keywords jsonb,
  people text[],
  albums text[],
  gps_latitude double precision,
  gps_longitude double precision,
  sublocation text,
  city text,
  state text,
  country text,
  country_code text,
  creator text,
  copyright text,
  camera_make text,
  camera_model text,
  lens text,
  aperture double precision,
  exposure_time_s double precision,
  iso integer,
  focal_length_mm double precision,
  visibility text,
  availability text,
  master_source text,
  master_catalog text,
  master_native_id text,
  master_path text,
  item_count integer,
  catalog_count integer,
  blob_count integer,
  sources text[],
  conflict_count integer,
  provenance jsonb,
  merged_into uuid,
  notes text[],
  gone boolean not null default false,
  row_digest text not null,
  content_digest text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  gone_at timestamptz
);
comment on column public.photos.capture_time is 'wall clock of the place; capture_kind says if UTC';
comment on column public.photos.merged_into is 'the photo that this one turned out to be';
comment on column public.photos.notes is 'what could not be stored as it was, and what became of it';
create index photos_month on public.photos (month);
create index photos_capture_time on public.photos (capture_time);
create index photos_uii on public.photos (uii);
create index photos_keywords on public.photos using gin (keywords jsonb_path_ops);
create index photos_updated_at on public.photos (updated_at);

create table public.items (
  item_id uuid primary key,
  photo_id uuid,
  month date,
  source text not null,
  catalog text not null,
  native_id text not null,
  account text,
  is_master boolean,
  step smallint,
  path text,
  member text,
  url text,
  file_name text,
  media_kind text,
  media_type text,
  file_size bigint,
  width integer,
  height integer,
  orientation smallint,
  duration_s double precision,
  capture_time timestamp,
  capture_offset_min smallint,
  capture_kind text,
  capture_precision text,
  capture_source text,
  added_time timestamptz,
  modified_time timestamptz,
  rating smallint,
  pick smallint,
  favourite boolean,
  label text,
  title text,
  caption text,
  keywords jsonb,
  people jsonb,
  albums jsonb,
  gps_latitude double precision,
  gps_longitude double precision,
  gps_altitude_m double precision,
  gps_source text,
  visibility text,
  availability text,
  sha256 text,
  links jsonb,
  extras jsonb,
  notes text[],
  gone boolean not null default false,
  row_digest text not null,
  content_digest text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  gone_at timestamptz
);
comment on column public.items.item_id is 'derived from source, catalog and native_id';
create index items_photo_id on public.items (photo_id);
create index items_month on public.items (month);
create index items_catalog on public.items (source, catalog);
create index items_account on public.items (account);
-- By hash: a path may be longer than a tree's page takes.
create index items_native_id on public.items using hash (native_id);
create index items_sha256 on public.items (sha256);

create table public.albums (
  album_id uuid primary key,
  source text not null,
  catalog text not null,
  album_key text,
  album_name text,
  path text[],
  kind text,
  photo_count integer,
  month date,
  notes text[],
  gone boolean not null default false,
  row_digest text not null,
  content_digest text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  gone_at timestamptz
);
comment on column public.albums.album_key is 'the album''s own id at its catalog or service';
create index albums_album_key on public.albums using hash (album_key);

create table public.photo_albums (
  photo_album_id uuid primary key,
  photo_id uuid not null,
  album_id uuid not null,
  position integer,
  month date,
  notes text[],
  gone boolean not null default false,
  row_digest text not null,
  content_digest text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  gone_at timestamptz,
  unique (photo_id, album_id)
);
create index photo_albums_album_id on public.photo_albums (album_id);
create index photo_albums_month on public.photo_albums (month);

create table public.fingerprints (
  item_id uuid primary key,
  photo_id uuid,
  month date,
  status text not null,
  reason text,
  detail text,
  file_size bigint,
  sha256 text,
  md5 text,
  sha1 text,
  image_data_sha256 text,
  image_data_method text,
  phash text,
  dhash text,
  flat boolean,
  hash_recipe integer,
  decoder text,
  width integer,
  height integer,
  exif jsonb,
  notes text[],
  gone boolean not null default false,
  row_digest text not null,
  content_digest text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  gone_at timestamptz
);
comment on column public.fingerprints.phash is '16 hex digits; (''x'' || phash)::bit(64) compares';
create index fingerprints_photo_id on public.fingerprints (photo_id);
create index fingerprints_sha256 on public.fingerprints (sha256);
create index fingerprints_month on public.fingerprints (month);

create table public.conflicts (
  conflict_id text primary key,
  photo_id uuid,
  month date,
  kind text not null,
  field text,
  stated_values jsonb,
  proposal jsonb,
  rule text,
  detail text,
  evidence_digest text,
  notes text[],
  gone boolean not null default false,
  row_digest text not null,
  content_digest text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  gone_at timestamptz
);
comment on column public.conflicts.gone is 'no longer in question';
create index conflicts_photo_id on public.conflicts (photo_id);
create index conflicts_month on public.conflicts (month);

create trigger keep_row before insert or update on public.photos
  for each row execute function photo_assets.keep_row();
create trigger keep_row before insert or update on public.items
  for each row execute function photo_assets.keep_row();
create trigger keep_row before insert or update on public.albums
  for each row execute function photo_assets.keep_row();
create trigger keep_row before insert or update on public.photo_albums
  for each row execute function photo_assets.keep_row();
create trigger keep_row before insert or update on public.fingerprints
  for each row execute function photo_assets.keep_row();
create trigger keep_row before insert or update on public.conflicts
  for each row execute function photo_assets.keep_row();
