-- What was backed up and tried out, and how it ended: the whole installation's, as the backups are.
-- The folders on the disk are the truth about what can be restored; this is what watches and reports.

create table backup_run (
  id uuid primary key,
  -- 'drill': a backup that was restored into a folder of its own, examined and thrown away.
  kind text not null check (kind in ('backup', 'drill')),
  -- The backup's folder; null when it failed before it had one.
  name text,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  succeeded boolean not null,
  bytes bigint not null default 0,
  -- From the first byte read until the database served again; of drills only.
  restore_seconds double precision,
  -- What was found, for people; on failure why.
  findings jsonb not null default '[]',
  constraint a_run_ends_after_it_began check (finished_at >= started_at)
);
create index backup_run_by_time on backup_run (kind, started_at);
grant select, insert on backup_run to huiyin_app;
