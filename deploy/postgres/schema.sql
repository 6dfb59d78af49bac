-- LeafSeg's results in PostgreSQL 13 or newer. "leafseg-agent ingest --create" runs this file; so does
--   psql --single-transaction --set ON_ERROR_STOP=1 --file schema.sql
-- Names and units as in the messages (docs/mqtt.md). null means not known, never 0.
create schema leafseg;

-- A program that expects another version changes nothing.
create table leafseg.schema_version (version integer not null);
insert into leafseg.schema_version values (1);

-- The time in a UUID of version 7: when the capture was requested, by the rig's clock. A function of the id alone, so that a
-- key of both is unique for the id. The capture's own time is not: it is corrected where the rig's clock was wrong.
create function leafseg.taken(id uuid) returns timestamptz language sql immutable parallel safe as $$
  select timestamptz '1970-01-01Z' + (('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint) * interval '1 millisecond'
$$;

-- What does not change with every picture ------------------------------------------------------------------------------------

-- The rigs, and the newest of what each says of itself.
create table leafseg.rigs (
  rig_id integer generated always as identity primary key,
  site text not null,
  rig text not null,
  status text,                       -- online, stopped, offline
  status_since timestamptz,
  agent_version text,
  model_name text,
  model_version text,
  model_digest text,
  provider text,
  update_state text,                 -- model/reported
  update_wanted text,                -- version of the requested model
  update_reason text,
  update_time timestamptz,
  unique (site, rig)
);

-- Alarms that last.
create table leafseg.alarms (
  rig_id integer not null references leafseg.rigs,
  code text not null,
  since timestamptz not null,
  severity text not null,            -- warning, critical
  detail text not null,
  primary key (rig_id, code)
);

create table leafseg.models (
  model_id integer generated always as identity primary key,
  digest text not null unique,       -- sha256:...
  name text not null,
  version text not null
);

-- One row for each plant that stood in a place; what it is comes from a list (ingest --plants).
create table leafseg.plants (
  plant_id integer generated always as identity primary key,
  rig_id integer not null references leafseg.rigs,
  plant text not null,
  series integer not null default 1, -- counts the plants in this place
  genotype text,
  treatment text,
  replicate text,
  sown date,
  unique (rig_id, plant, series)
);

-- What does -------------------------------------------------------------------------------------------------------------------

create table leafseg.captures (
  id uuid not null,
  taken timestamptz not null check (taken = leafseg.taken(id)),
  rig_id integer not null references leafseg.rigs,
  model_id integer not null references leafseg.models,
  boot text not null,
  sequence bigint not null,          -- (rig, boot, sequence) has no holes
  time timestamptz not null,         -- of the exposure
  clock_state text not null,
  clock_error_ms double precision,
  trigger text not null,             -- gpio, schedule, command
  missed_before bigint not null,
  camera text not null,
  width integer not null,
  height integer not null,
  exposure_us double precision,
  sharpness double precision,
  saturated double precision,
  dark double precision,
  frozen boolean,
  mm_per_px double precision,
  scale_source text,
  provider text not null,
  infer_ms double precision,
  leaves_omitted boolean not null,   -- too large for the broker with its leaves
  received timestamptz not null default now(),
  primary key (id, taken)
) partition by range (taken);
create index on leafseg.captures (rig_id, time);

-- One plant on one capture. Written in the transaction of its capture, and only with it: no key has to be compared.
create table leafseg.measurements (
  taken timestamptz not null,
  capture uuid not null,
  plant_id integer not null,
  time timestamptz not null,
  leaf_count integer not null,
  leaf_count_stable integer,
  leaf_count_low integer,
  leaf_count_high integer,
  relative_growth_rate_per_day double precision,
  projected_leaf_area_px integer not null,
  projected_leaf_area_mm2 double precision,
  convex_hull_area_px double precision not null,
  compactness double precision,
  stockiness double precision,
  diameter_mm double precision,
  in_frame boolean not null,
  primary key (plant_id, taken, capture)
) partition by range (taken);

-- One leaf of one plant on one capture.
create table leafseg.leaves (
  taken timestamptz not null,
  capture uuid not null,
  plant_id integer not null,
  leaf smallint not null,            -- its number in this capture
  leaf_id integer,                   -- its identity in the plant's series; null until it is certain
  born timestamptz,
  score double precision not null,
  area_px integer not null,
  area_mm2 double precision,
  length_mm double precision,
  width_mm double precision,
  perimeter_mm double precision,
  centroid_x double precision not null,
  centroid_y double precision not null,
  x1 integer not null, y1 integer not null, x2 integer not null, y2 integer not null,
  hue_deg double precision,
  greenness double precision,
  in_frame boolean not null
) partition by range (taken);
create index on leafseg.leaves (plant_id, taken);

-- A leaf is born or lost, a plant is replaced.
create table leafseg.events (
  id uuid primary key,
  capture uuid not null,
  plant_id integer not null references leafseg.plants,
  kind text not null,
  time timestamptz not null,
  leaf_id integer
);
create index on leafseg.events (plant_id, time);

create table leafseg.health (
  time timestamptz not null,
  rig_id integer not null,
  boot text not null,
  uptime_s bigint not null,
  temperature_c double precision,
  throttled boolean,
  disk_used_percent double precision,
  outbox_depth bigint not null,
  missed_triggers bigint not null,
  clock_state text not null,
  clock_error_ms double precision,
  paused boolean not null,
  alarms text[] not null,
  primary key (rig_id, time)
) partition by range (time);

-- Messages that could not be written, with the reason: "leafseg-agent ingest --retry-set-aside" tries them again.
create table leafseg.set_aside (
  digest bytea primary key,          -- SHA-256 of topic and payload: a second delivery is the same row
  received timestamptz not null default now(),
  topic text not null,
  payload bytea not null,
  reason text not null
);

-- Partitions, by month ---------------------------------------------------------------------------------------------------------

-- For times far from any season: a rig's clock was wrong, or nobody runs "ingest".
create table leafseg.captures_default partition of leafseg.captures default;
create table leafseg.measurements_default partition of leafseg.measurements default;
create table leafseg.leaves_default partition of leafseg.leaves default;
create table leafseg.health_default partition of leafseg.health default;

-- Sees to the partition of a month in every table that has partitions. Rows that the default partition holds move there.
create function leafseg.add_month(month timestamptz) returns void language plpgsql as $$
declare
  low timestamptz := date_trunc('month', month at time zone 'UTC') at time zone 'UTC';
  high timestamptz := (date_trunc('month', month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
  parent text;
  child text;
  key text;
begin
  perform pg_advisory_xact_lock(hashtext('leafseg.add_month'));
  for parent, key in
    select c.relname, a.attname
    from pg_partitioned_table p join pg_class c on c.oid = p.partrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = p.partattrs[0]
    where c.relnamespace = 'leafseg'::regnamespace
    order by array_position(array['captures', 'measurements', 'leaves', 'health'], c.relname::text)
  loop
    child := parent || to_char(low at time zone 'UTC', '_YYYY_MM');
    if to_regclass('leafseg.' || child) is null then
      execute format('create table leafseg.%I (like leafseg.%I including all)', child, parent);
      execute format('with moved as (delete from leafseg.%I where %I >= %L and %I < %L returning *) insert into leafseg.%I select * from moved',
        parent || '_default', key, low, key, high, child);
      execute format('alter table leafseg.%I attach partition leafseg.%I for values from (%L) to (%L)', parent, child, low, high);
    end if;
  end loop;
end
$$;

-- Drops the months of a table that ended longer ago; returns how many: select leafseg.forget('leaves', '1 year');
-- What a broker delivers of such a month afterwards is taken for new.
create function leafseg.forget(series text, older_than interval) returns integer language plpgsql as $$
declare
  child text;
  dropped integer := 0;
begin
  for child in
    select c.relname
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ('leafseg.' || quote_ident(series))::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
      and (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC' < now() - older_than
  loop
    execute format('drop table leafseg.%I', child);
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$$;

-- What people read -------------------------------------------------------------------------------------------------------------

-- A row for each plant and capture.
create view leafseg.plant_series as
select m.time, r.site, r.rig, p.plant, p.series, p.genotype, p.treatment, p.replicate, p.sown,
  (m.time at time zone 'UTC')::date - p.sown as days_after_sowing,
  m.leaf_count, m.leaf_count_stable, m.leaf_count_low, m.leaf_count_high, m.relative_growth_rate_per_day,
  m.projected_leaf_area_px, m.projected_leaf_area_mm2, m.convex_hull_area_px, m.compactness, m.stockiness, m.diameter_mm, m.in_frame,
  m.capture, m.taken
from leafseg.measurements m
join leafseg.plants p using (plant_id)
join leafseg.rigs r using (rig_id);

-- A row for each leaf, plant and capture.
create view leafseg.leaf_series as
select m.time, r.site, r.rig, p.plant, p.series, p.genotype, p.treatment, p.replicate, p.sown,
  (m.time at time zone 'UTC')::date - p.sown as days_after_sowing,
  l.leaf_id, l.leaf, l.born, l.score, l.area_px, l.area_mm2, l.length_mm, l.width_mm, l.perimeter_mm, l.centroid_x, l.centroid_y,
  l.hue_deg, l.greenness, l.in_frame, l.capture, l.taken
from leafseg.leaves l
join leafseg.measurements m using (plant_id, taken, capture)
join leafseg.plants p using (plant_id)
join leafseg.rigs r using (rig_id);

-- A row for each rig: how it is now. Ailing rigs first: order by alarms desc, silent desc.
create view leafseg.rig_state as
select r.site, r.rig, r.status, r.status_since, r.agent_version, r.model_name, r.model_version, r.provider,
  r.update_state, r.update_wanted, r.update_reason,
  coalesce(a.alarms, 0) as alarms, a.worst, a.codes,
  h.time as health_time, h.outbox_depth, h.missed_triggers, h.temperature_c, h.disk_used_percent, h.clock_state, h.paused,
  c.time as capture_time, now() - greatest(h.time, c.received) as silent
from leafseg.rigs r
left join lateral (
  select count(*) as alarms, min(severity) as worst, array_agg(code order by code) as codes from leafseg.alarms where rig_id = r.rig_id) a on true
left join lateral (select * from leafseg.health where rig_id = r.rig_id order by time desc limit 1) h on true
left join lateral (select time, received from leafseg.captures where rig_id = r.rig_id order by time desc limit 1) c on true;

-- Sequence numbers that are missing between two captures of one boot.
create view leafseg.gaps as
select r.site, r.rig, g.boot, g.previous + 1 as first_missing, g.sequence - 1 as last_missing, g.time as noticed
from (select rig_id, boot, sequence, time, lag(sequence) over (partition by rig_id, boot order by sequence) as previous from leafseg.captures) g
join leafseg.rigs r using (rig_id)
where g.sequence > g.previous + 1;
