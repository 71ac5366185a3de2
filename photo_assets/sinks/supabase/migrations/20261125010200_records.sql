-- What is recorded beside the collection: what models say of a photo, how values changed, what
-- the sink did.

create table public.ai_metadata (
  metadata_id uuid primary key default gen_random_uuid(),
  photo_id uuid not null references public.photos (photo_id),
  model text not null,
  prompt text,
  input_hash text not null,
  ai_description text,
  ai_tags text[],
  ai_categories text[],
  sport_type text,
  photo_category text,
  emotion text,
  quality_score double precision,
  confidence_score double precision check (confidence_score between 0 and 1),
  dim integer,
  embedding extensions.vector,
  processing_status text not null default 'pending'
    check (processing_status in ('pending', 'processing', 'completed', 'failed')),
  approved boolean not null default false,
  approved_by text,
  approved_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (photo_id, model, input_hash),
  check (not approved or (approved_by is not null and approved_at is not null)),
  check (embedding is null or (dim is not null and extensions.vector_dims(embedding) = dim))
);
comment on column public.ai_metadata.input_hash is 'of the picture and the prompt that were given';
comment on column public.ai_metadata.dim is 'length of the embedding: the model''s own';

-- One table holds the vectors of any model. An index needs one length, so each usual one has its
-- own; vectors of other lengths are searched one by one.
create index ai_metadata_embedding_384 on public.ai_metadata
  using hnsw ((embedding::extensions.vector(384)) extensions.vector_cosine_ops) where dim = 384;
create index ai_metadata_embedding_512 on public.ai_metadata
  using hnsw ((embedding::extensions.vector(512)) extensions.vector_cosine_ops) where dim = 512;
create index ai_metadata_embedding_768 on public.ai_metadata
  using hnsw ((embedding::extensions.vector(768)) extensions.vector_cosine_ops) where dim = 768;
create index ai_metadata_embedding_1024 on public.ai_metadata
  using hnsw ((embedding::extensions.vector(1024)) extensions.vector_cosine_ops) where dim = 1024;
create index ai_metadata_embedding_1536 on public.ai_metadata
  using hnsw ((embedding::extensions.vector(1536)) extensions.vector_cosine_ops) where dim = 1536;

create table public.metadata_history (
  history_id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  table_name text not null,
  row_key text not null,
  field text not null,
  old_value jsonb,
  new_value jsonb,
  changed_by text not null,
  change_reason text
);
comment on table public.metadata_history is
  'every value that was replaced here; the record of record is the git history';
create index metadata_history_row on public.metadata_history (table_name, row_key);

create table public.sync_state (
  target text primary key,
  last_written_at timestamptz,
  last_verified_at timestamptz,
  rows_created bigint,
  rows_updated bigint,
  rows_unchanged bigint,
  rows_failed bigint,
  drifted bigint,
  updated_at timestamptz not null default now()
);

create table public.audit (
  audit_id uuid primary key,
  at timestamptz not null,
  who text not null,
  action text not null,
  target text,
  detail jsonb,
  received_at timestamptz not null default now()
);
comment on column public.audit.audit_id is 'made by the writer, so that repeating adds nothing';
create index audit_at on public.audit (at);

create trigger refuse_change before update or delete on public.audit
  for each row execute function photo_assets.refuse_change();
create trigger refuse_truncate before truncate on public.audit
  for each statement execute function photo_assets.refuse_change();
create trigger refuse_change before update or delete on public.metadata_history
  for each row execute function photo_assets.refuse_change();
create trigger refuse_truncate before truncate on public.metadata_history
  for each statement execute function photo_assets.refuse_change();

create function photo_assets.keep_ai() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if to_jsonb(new) - array['version', 'updated_at'] = to_jsonb(old) - array['version', 'updated_at']
  then
    return null;
  end if;
  new.version := old.version + 1;
  new.updated_at := now();
  return new;
end
$$;
create trigger keep_ai before update on public.ai_metadata
  for each row execute function photo_assets.keep_ai();

-- As its owner: whoever changes a row may not write history, and cannot avoid it.
create function photo_assets.record_history() returns trigger
language plpgsql security definer set search_path = '' set timezone = 'UTC'
as $$
begin
  insert into public.metadata_history
    (table_name, row_key, field, old_value, new_value, changed_by, change_reason)
  select
    tg_table_name, to_jsonb(new) ->> tg_argv[0], field,
    case when field = 'embedding' then to_jsonb(md5(before #>> '{}')) else before end,
    case when field = 'embedding' then to_jsonb(md5(after #>> '{}')) else after end,
    coalesce(
      nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role', session_user
    ),
    coalesce(
      nullif(current_setting('photo_assets.change_reason', true), ''),
      nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-change-reason'
    )
  from jsonb_each(to_jsonb(old)) as o (field, before)
  join jsonb_each(to_jsonb(new)) as n (field, after) using (field)
  where before is distinct from after
    and field not in ('row_digest', 'content_digest', 'updated_at', 'version');
  return null;
end
$$;
create trigger record_history after update on public.photos
  for each row execute function photo_assets.record_history('photo_id');
create trigger record_history after update on public.ai_metadata
  for each row execute function photo_assets.record_history('metadata_id');
