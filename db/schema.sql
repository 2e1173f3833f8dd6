-- Written by `npm run schema` from the catalogue of a freshly migrated database, to be read and compared, not to be run.

extension btree_gist;
extension pg_trgm;

table activity (
  district_id integer not null,
  id uuid not null,
  origin text not null,
  order_id uuid,
  theme_id uuid,
  campaign_id uuid,
  unit_id uuid not null,
  team_id uuid,
  title text not null,
  description text not null default ''::text,
  content text not null default ''::text,
  beneficiaries text not null default ''::text,
  place text not null,
  place_unit_id uuid not null,
  risks text not null default ''::text,
  protection text not null default ''::text,
  insurance text not null default ''::text,
  person_in_charge text not null,
  recorder text not null,
  members_only boolean not null default false,
  needs_insurance boolean not null default false,
  needs_health boolean not null default false,
  offer_minutes integer not null default 120,
  recurrence text,
  state text not null,
  cancel_reason text,
  created_by uuid,
  created_at timestamp with time zone not null,
  published_at timestamp with time zone,
  version integer not null default 1,
  kind_slug text,
  constraint activity_pkey PRIMARY KEY (district_id, id),
  constraint activity_district_id_campaign_id_fkey FOREIGN KEY (district_id, campaign_id) REFERENCES activity_theme(district_id, id),
  constraint activity_district_id_place_unit_id_fkey FOREIGN KEY (district_id, place_unit_id) REFERENCES unit(district_id, id),
  constraint activity_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id),
  constraint activity_district_id_theme_id_fkey FOREIGN KEY (district_id, theme_id) REFERENCES activity_theme(district_id, id),
  constraint activity_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint a_cancellation_has_a_reason CHECK (((state = 'cancelled'::text) = (cancel_reason IS NOT NULL))),
  constraint activity_offer_minutes_check CHECK (((offer_minutes >= 5) AND (offer_minutes <= 10080))),
  constraint activity_origin_check CHECK ((origin = ANY (ARRAY['central-theme'::text, 'station-choice'::text, 'neighbourly'::text, 'order'::text]))),
  constraint activity_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text, 'cancelled'::text]))),
  constraint an_order_is_the_origin_of_its_activity CHECK (((origin = 'order'::text) = (order_id IS NOT NULL))),
  constraint what_is_published_says_when CHECK (((state = 'draft'::text) <= (published_at IS NULL)))
);
CREATE INDEX activity_of_state ON public.activity USING btree (district_id, state, id);
CREATE INDEX activity_of_team ON public.activity USING btree (district_id, team_id, id) INCLUDE (state) WHERE (team_id IS NOT NULL);
CREATE INDEX activity_of_unit ON public.activity USING btree (district_id, unit_id, id) INCLUDE (state);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table activity_session (
  district_id integer not null,
  id uuid not null,
  activity_id uuid not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  place text not null,
  place_unit_id uuid not null,
  sign_up_from timestamp with time zone,
  sign_up_until timestamp with time zone not null,
  state text not null,
  cancel_reason text,
  version integer not null default 1,
  constraint activity_session_pkey PRIMARY KEY (district_id, id),
  constraint activity_session_district_id_activity_id_fkey FOREIGN KEY (district_id, activity_id) REFERENCES activity(district_id, id),
  constraint activity_session_district_id_place_unit_id_fkey FOREIGN KEY (district_id, place_unit_id) REFERENCES unit(district_id, id),
  constraint a_cancelled_session_says_why CHECK (((state = 'cancelled'::text) = (cancel_reason IS NOT NULL))),
  constraint a_session_lasts_and_ends CHECK (((ends_at > starts_at) AND (ends_at <= (starts_at + '24:00:00'::interval)))),
  constraint activity_session_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'cancelled'::text, 'held'::text]))),
  constraint sign_up_ends_before_the_session CHECK ((sign_up_until <= ends_at))
);
CREATE INDEX activity_session_by_activity ON public.activity_session USING btree (district_id, activity_id, starts_at);
CREATE INDEX activity_session_by_time ON public.activity_session USING btree (district_id, starts_at);
CREATE INDEX activity_session_due ON public.activity_session USING btree (district_id, ends_at) WHERE (state = 'planned'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table activity_template (
  district_id integer not null,
  id uuid not null,
  unit_id uuid not null,
  team_id uuid,
  name text not null,
  plan jsonb not null,
  created_at timestamp with time zone not null,
  constraint activity_template_pkey PRIMARY KEY (district_id, id),
  constraint activity_template_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id),
  constraint activity_template_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id)
);
CREATE UNIQUE INDEX one_template_per_name ON public.activity_template USING btree (district_id, unit_id, team_id, name) NULLS NOT DISTINCT;
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table activity_theme (
  district_id integer not null,
  id uuid not null,
  kind text not null,
  name text not null,
  name_en text,
  valid_from date not null,
  valid_until date,
  constraint activity_theme_pkey PRIMARY KEY (district_id, id),
  constraint activity_theme_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint a_theme_lasts CHECK (((valid_until IS NULL) OR (valid_until > valid_from))),
  constraint activity_theme_kind_check CHECK ((kind = ANY (ARRAY['theme'::text, 'campaign'::text])))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table attendance (
  district_id integer not null,
  id uuid not null,
  subject_kind text not null,
  subject_id uuid not null,
  person_id uuid not null,
  checked_in_at timestamp with time zone not null,
  checked_out_at timestamp with time zone,
  check_in_method text not null,
  check_out_method text,
  co_signed_by uuid,
  place_unit_id uuid,
  planned_until timestamp with time zone,
  is_offline boolean not null default false,
  recorded_by uuid,
  score integer not null default 100,
  reasons text[] not null default '{}'::text[],
  is_overlapping boolean not null default false,
  needs_confirmation boolean not null default false,
  constraint attendance_pkey PRIMARY KEY (district_id, id),
  constraint attendance_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES volunteer(district_id, person_id),
  constraint nobody_is_in_two_places_at_once EXCLUDE USING gist (district_id WITH =, person_id WITH =, tstzrange(checked_in_at, checked_out_at, '[)'::text) WITH &&) WHERE ((NOT is_overlapping)),
  constraint one_open_attendance_per_person_and_subject EXCLUDE USING gist (district_id WITH =, subject_kind WITH =, subject_id WITH =, person_id WITH =) WHERE ((checked_out_at IS NULL)),
  constraint a_check_out_says_how CHECK (((checked_out_at IS NULL) = (check_out_method IS NULL))),
  constraint a_co_sign_names_the_leader CHECK (((check_in_method = 'leader-co-sign'::text) <= (co_signed_by IS NOT NULL))),
  constraint an_overlap_waits_for_confirmation CHECK ((needs_confirmation OR (NOT is_overlapping))) NOT VALID,
  constraint attendance_check_in_method_check CHECK ((check_in_method = ANY (ARRAY['rotating-code'::text, 'beneficiary-pin'::text, 'leader-co-sign'::text, 'personal-code'::text, 'phone-code'::text, 'list-tick'::text, 'paper'::text]))) NOT VALID,
  constraint attendance_check_out_method_check CHECK ((check_out_method = ANY (ARRAY['rotating-code'::text, 'beneficiary-pin'::text, 'leader-co-sign'::text, 'personal-code'::text, 'phone-code'::text, 'list-tick'::text, 'paper'::text, 'closed-automatically'::text]))) NOT VALID,
  constraint attendance_score_is_a_percentage CHECK (((score >= 0) AND (score <= 100))) NOT VALID,
  constraint attendance_subject_kind_check CHECK ((subject_kind = ANY (ARRAY['order'::text, 'session'::text]))) NOT VALID,
  constraint nobody_co_signs_their_own CHECK ((co_signed_by IS DISTINCT FROM person_id)),
  constraint out_comes_after_in CHECK (((checked_out_at IS NULL) OR (checked_out_at >= checked_in_at)))
);
CREATE INDEX attendance_by_person ON public.attendance USING btree (district_id, person_id, checked_in_at);
CREATE INDEX attendance_by_subject ON public.attendance USING btree (district_id, subject_id);
CREATE INDEX attendance_forgotten ON public.attendance USING btree (district_id, planned_until) WHERE ((subject_kind = 'session'::text) AND (checked_out_at IS NULL));
CREATE UNIQUE INDEX one_attendance_per_person_and_session ON public.attendance USING btree (district_id, subject_id, person_id) WHERE (subject_kind = 'session'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table audit_event (
  district_id integer not null,
  id uuid not null,
  at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default clock_timestamp(),
  actor_kind text not null,
  actor_id uuid,
  action text not null,
  subject_kind text,
  subject_id uuid,
  person_id uuid,
  purpose text,
  details jsonb not null default '{}'::jsonb,
  constraint audit_event_pkey PRIMARY KEY (district_id, id)
);
CREATE INDEX audit_event_by_person ON public.audit_event USING btree (district_id, person_id, at) WHERE (person_id IS NOT NULL);
CREATE INDEX audit_event_by_subject ON public.audit_event USING btree (district_id, subject_id, at);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table audit_seal (
  district_id integer not null,
  seq bigint not null,
  event_id uuid not null,
  hash bytea not null,
  sealed_at timestamp with time zone not null default clock_timestamp(),
  constraint audit_seal_pkey PRIMARY KEY (district_id, seq),
  constraint one_seal_per_event UNIQUE (district_id, event_id),
  constraint audit_seal_district_id_event_id_fkey FOREIGN KEY (district_id, event_id) REFERENCES audit_event(district_id, id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table audit_unsealed (
  district_id integer not null,
  event_id uuid not null,
  constraint audit_unsealed_pkey PRIMARY KEY (district_id, event_id),
  constraint audit_unsealed_district_id_event_id_fkey FOREIGN KEY (district_id, event_id) REFERENCES audit_event(district_id, id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select to huiyin_app;

table award_queue (
  district_id integer not null,
  id uuid not null,
  key text not null,
  person_id uuid not null,
  amount_points bigint not null,
  subject_kind text not null,
  subject_id uuid not null,
  queued_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  settled_as text,
  constraint award_queue_pkey PRIMARY KEY (district_id, id),
  constraint one_queued_award_per_key UNIQUE (district_id, key),
  constraint award_queue_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES person(district_id, id),
  constraint award_queue_amount_points_check CHECK ((amount_points > 0)),
  constraint award_queue_settled_as_check CHECK ((settled_as = ANY (ARRAY['paid'::text, 'reversed'::text])))
);
CREATE INDEX award_queue_waiting ON public.award_queue USING btree (district_id, queued_at) WHERE (settled_at IS NULL);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table backup_run (
  id uuid not null,
  kind text not null,
  name text,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone not null,
  succeeded boolean not null,
  bytes bigint not null default 0,
  restore_seconds double precision,
  findings jsonb not null default '[]'::jsonb,
  constraint backup_run_pkey PRIMARY KEY (id),
  constraint a_run_ends_after_it_began CHECK ((finished_at >= started_at)),
  constraint backup_run_kind_check CHECK ((kind = ANY (ARRAY['backup'::text, 'drill'::text])))
);
CREATE INDEX backup_run_by_time ON public.backup_run USING btree (kind, started_at);
row security off;
grant insert, select to huiyin_app;

table busy_range (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  kind text not null,
  subject_id uuid not null,
  during tstzrange not null,
  constraint busy_range_pkey PRIMARY KEY (district_id, id),
  constraint one_busy_range_per_promise UNIQUE (district_id, person_id, kind, subject_id),
  constraint busy_range_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES person(district_id, id),
  constraint nobody_is_promised_twice_at_a_time EXCLUDE USING gist (district_id WITH =, person_id WITH =, during WITH &&),
  constraint a_busy_range_has_both_ends CHECK (((NOT isempty(during)) AND (lower(during) IS NOT NULL) AND (upper(during) IS NOT NULL))),
  constraint busy_range_kind_check CHECK ((kind = ANY (ARRAY['sign-up'::text, 'order'::text])))
);
CREATE INDEX busy_range_by_subject ON public.busy_range USING btree (district_id, subject_id);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select, update to huiyin_app;

table calendar_day (
  district_id integer not null,
  date date not null,
  is_working boolean not null,
  name text not null,
  source text not null,
  constraint calendar_day_pkey PRIMARY KEY (district_id, date),
  constraint calendar_day_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select, update to huiyin_app;

table calendar_feed (
  district_id integer not null,
  id uuid not null,
  token_hash bytea not null,
  person_id uuid not null,
  team_id uuid,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  constraint calendar_feed_pkey PRIMARY KEY (district_id, id),
  constraint one_feed_per_token UNIQUE (district_id, token_hash),
  constraint calendar_feed_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES person(district_id, id),
  constraint calendar_feed_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id)
);
CREATE INDEX calendar_feed_by_person ON public.calendar_feed USING btree (district_id, person_id) WHERE (revoked_at IS NULL);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table category (
  district_id integer not null,
  id uuid not null,
  slug text not null,
  name text not null,
  name_en text not null,
  summary text not null default ''::text,
  summary_en text not null default ''::text,
  sort integer not null default 0,
  valid_from date not null,
  valid_until date,
  constraint category_pkey PRIMARY KEY (district_id, id),
  constraint one_category_per_slug UNIQUE (district_id, slug),
  constraint category_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table certificate (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  unit_id uuid not null,
  issuer_unit_id uuid not null,
  from_day date not null,
  until_day date not null,
  purpose text not null,
  state text not null,
  next_step text,
  due_at timestamp with time zone,
  responsible_unit_id uuid,
  holder_name text not null,
  id_type text not null,
  id_number_cipher bytea,
  volunteer_number text,
  requested_at timestamp with time zone not null,
  verified_minutes integer not null default 0,
  claimed_minutes integer not null default 0,
  handler_id uuid,
  handler_name text,
  contact text,
  remarks text not null default ''::text,
  prepared_at timestamp with time zone,
  notice_until timestamp with time zone,
  stopped_at timestamp with time zone,
  in_charge_id uuid,
  in_charge_name text,
  issued_at timestamp with time zone,
  serial text,
  code_hash bytea,
  code_cipher bytea,
  issuer_name text,
  seal_file_id uuid,
  ended_reason text,
  ended_by uuid,
  ended_at timestamp with time zone,
  version integer not null default 1,
  erased_at timestamp with time zone,
  constraint certificate_pkey PRIMARY KEY (district_id, id),
  constraint one_certificate_per_serial UNIQUE (district_id, serial),
  constraint certificate_district_id_issuer_unit_id_fkey FOREIGN KEY (district_id, issuer_unit_id) REFERENCES unit(district_id, id),
  constraint certificate_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES volunteer(district_id, person_id),
  constraint certificate_district_id_responsible_unit_id_fkey FOREIGN KEY (district_id, responsible_unit_id) REFERENCES unit(district_id, id),
  constraint certificate_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint a_certificate_is_for_a_period CHECK ((until_day >= from_day)),
  constraint a_certificate_of_the_gone_is_anonymous CHECK (((erased_at IS NULL) OR ((id_number_cipher IS NULL) AND (volunteer_number IS NULL) AND (purpose = ''::text) AND (remarks = ''::text) AND (next_step IS NULL)))) NOT VALID,
  constraint a_number_is_kept_for_a_certificate_only CHECK ((((state = ANY (ARRAY['refused'::text, 'withdrawn'::text])) OR (erased_at IS NOT NULL)) = (id_number_cipher IS NULL))) NOT VALID,
  constraint a_serial_belongs_to_what_is_issued CHECK (((serial IS NULL) = (issued_at IS NULL))),
  constraint an_issued_certificate_is_complete CHECK ((((issued_at IS NOT NULL) = (state = ANY (ARRAY['issued'::text, 'superseded'::text, 'revoked'::text]))) AND ((issued_at IS NULL) OR ((serial IS NOT NULL) AND (code_hash IS NOT NULL) AND (code_cipher IS NOT NULL) AND (in_charge_id IS NOT NULL) AND (handler_id IS NOT NULL) AND (issuer_name IS NOT NULL) AND (notice_until <= issued_at) AND ((id_number_cipher IS NOT NULL) OR (erased_at IS NOT NULL)))))) NOT VALID,
  constraint an_open_certificate_is_nobodys_orphan CHECK ((((state = ANY (ARRAY['requested'::text, 'on-notice'::text, 'objected'::text, 'ready'::text])) = (next_step IS NOT NULL)) AND ((next_step IS NULL) = (due_at IS NULL)) AND ((next_step IS NULL) = (responsible_unit_id IS NULL)))),
  constraint certificate_claimed_minutes_check CHECK ((claimed_minutes >= 0)),
  constraint certificate_id_type_check CHECK ((id_type = ANY (ARRAY['resident-id'::text, 'passport'::text, 'hk-macau-permit'::text, 'taiwan-permit'::text, 'permanent-residence'::text]))),
  constraint certificate_next_step_check CHECK ((next_step = ANY (ARRAY['prepare'::text, 'wait-notice'::text, 'answer-objection'::text, 'sign-off'::text]))),
  constraint certificate_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'on-notice'::text, 'objected'::text, 'ready'::text, 'issued'::text, 'superseded'::text, 'revoked'::text, 'refused'::text, 'withdrawn'::text]))),
  constraint certificate_verified_minutes_check CHECK ((verified_minutes >= 0)),
  constraint nobody_prepares_their_own_certificate CHECK ((handler_id IS DISTINCT FROM person_id)),
  constraint nobody_signs_their_own_certificate CHECK ((in_charge_id IS DISTINCT FROM person_id)),
  constraint two_people_issue_a_certificate CHECK (((in_charge_id IS NULL) OR (in_charge_id <> handler_id))),
  constraint what_ended_says_why CHECK (((state = ANY (ARRAY['superseded'::text, 'revoked'::text, 'refused'::text])) <= ((ended_reason IS NOT NULL) AND (ended_at IS NOT NULL))))
);
CREATE INDEX certificate_by_issuer ON public.certificate USING btree (district_id, issuer_unit_id, requested_at);
CREATE INDEX certificate_by_person ON public.certificate USING btree (district_id, person_id, requested_at);
CREATE INDEX certificate_notice_over ON public.certificate USING btree (district_id, notice_until) WHERE (state = 'on-notice'::text);
CREATE INDEX certificate_open ON public.certificate USING btree (district_id, responsible_unit_id, due_at) WHERE (next_step IS NOT NULL);
CREATE UNIQUE INDEX one_open_request_per_organisation ON public.certificate USING btree (district_id, person_id, unit_id) WHERE (state = ANY (ARRAY['requested'::text, 'on-notice'::text, 'objected'::text, 'ready'::text]));
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table certificate_document (
  district_id integer not null,
  certificate_id uuid not null,
  locale text not null,
  digest bytea not null,
  made_at timestamp with time zone not null,
  constraint certificate_document_pkey PRIMARY KEY (district_id, certificate_id, locale, digest),
  constraint certificate_document_district_id_certificate_id_fkey FOREIGN KEY (district_id, certificate_id) REFERENCES certificate(district_id, id),
  constraint certificate_document_digest_check CHECK ((length(digest) = 32)),
  constraint certificate_document_locale_check CHECK ((locale = ANY (ARRAY['zh-CN'::text, 'en'::text])))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table certificate_line (
  district_id integer not null,
  certificate_id uuid not null,
  record_id uuid not null,
  day date not null,
  title text not null,
  minutes integer not null,
  class text not null,
  constraint certificate_line_pkey PRIMARY KEY (district_id, certificate_id, record_id),
  constraint certificate_line_district_id_certificate_id_fkey FOREIGN KEY (district_id, certificate_id) REFERENCES certificate(district_id, id),
  constraint certificate_line_class_check CHECK ((class = ANY (ARRAY['verified'::text, 'claimed'::text]))),
  constraint certificate_line_minutes_check CHECK ((minutes > 0))
);
CREATE INDEX certificate_line_by_record ON public.certificate_line USING btree (district_id, record_id);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select to huiyin_app;

table certificate_objection (
  district_id integer not null,
  id uuid not null,
  certificate_id uuid not null,
  person_id uuid not null,
  reason text not null,
  made_at timestamp with time zone not null,
  is_upheld boolean,
  answer text,
  answered_by uuid,
  answered_at timestamp with time zone,
  moot_at timestamp with time zone,
  constraint certificate_objection_pkey PRIMARY KEY (district_id, id),
  constraint one_objection_per_person UNIQUE (district_id, certificate_id, person_id),
  constraint certificate_objection_district_id_certificate_id_fkey FOREIGN KEY (district_id, certificate_id) REFERENCES certificate(district_id, id),
  constraint certificate_objection_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES person(district_id, id),
  constraint an_objection_is_answered_by_another CHECK ((answered_by IS DISTINCT FROM person_id)),
  constraint an_objection_is_answered_in_words CHECK ((((is_upheld IS NULL) = (answer IS NULL)) AND ((is_upheld IS NULL) = (answered_by IS NULL)) AND ((is_upheld IS NULL) = (answered_at IS NULL)))),
  constraint an_objection_is_answered_or_moot CHECK (((moot_at IS NULL) OR (is_upheld IS NULL))) NOT VALID,
  constraint certificate_objection_reason_check CHECK ((reason <> ''::text))
);
CREATE INDEX certificate_objection_by_person ON public.certificate_objection USING btree (district_id, person_id, made_at);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table certificate_serial (
  district_id integer not null,
  prefix text not null,
  year integer not null,
  last_number integer not null,
  constraint certificate_serial_pkey PRIMARY KEY (district_id, prefix, year),
  constraint certificate_serial_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint certificate_serial_last_number_check CHECK ((last_number >= 1))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table check_in_mark (
  district_id integer not null,
  id uuid not null,
  subject_kind text not null,
  subject_id uuid not null,
  person_id uuid not null,
  direction text not null,
  at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  method text not null,
  is_offline boolean not null default false,
  device bytea,
  recorded_by uuid,
  score integer not null,
  reasons text[] not null default '{}'::text[],
  constraint check_in_mark_pkey PRIMARY KEY (district_id, id),
  constraint check_in_mark_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES volunteer(district_id, person_id),
  constraint check_in_mark_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text]))),
  constraint check_in_mark_method_check CHECK ((method = ANY (ARRAY['rotating-code'::text, 'personal-code'::text, 'phone-code'::text, 'list-tick'::text, 'paper'::text]))),
  constraint check_in_mark_score_check CHECK (((score >= 0) AND (score <= 100))),
  constraint check_in_mark_subject_kind_check CHECK ((subject_kind = 'session'::text))
);
CREATE INDEX check_in_mark_by_person ON public.check_in_mark USING btree (district_id, person_id, subject_id, at);
CREATE INDEX check_in_mark_by_subject ON public.check_in_mark USING btree (district_id, subject_id, received_at);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table clock_shift (
  singleton boolean not null default true,
  shift interval not null default '00:00:00'::interval,
  constraint clock_shift_pkey PRIMARY KEY (singleton),
  constraint clock_shift_singleton_check CHECK (singleton)
);
row security off;
grant select, update to huiyin_app;

table consent (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  purpose text not null,
  given_at timestamp with time zone not null,
  withdrawn_at timestamp with time zone,
  wording_version text not null,
  given_by uuid,
  constraint consent_pkey PRIMARY KEY (district_id, id),
  constraint consent_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES person(district_id, id),
  constraint a_consent_ends_after_it_began CHECK (((withdrawn_at IS NULL) OR (withdrawn_at >= given_at))) NOT VALID
);
CREATE UNIQUE INDEX one_open_consent_per_purpose ON public.consent USING btree (district_id, person_id, purpose) WHERE (withdrawn_at IS NULL);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table district (
  id integer not null,
  name text not null,
  name_en text not null,
  zone text not null default 'Asia/Shanghai'::text,
  host text,
  is_demo boolean not null default false,
  founded_on date,
  working_hours jsonb not null default '[{"endMinute": 720, "startMinute": 540}, {"endMinute": 1080, "startMinute": 810}]'::jsonb,
  working_weekdays integer[] not null default '{1,2,3,4,5}'::integer[],
  constraint district_pkey PRIMARY KEY (id),
  constraint district_host_key UNIQUE (host),
  constraint district_id_is_a_county_code CHECK (((id >= 110000) AND (id <= 829999)))
);
row security off;
grant insert, select, update to huiyin_app;

table evaluation (
  district_id integer not null,
  id uuid not null,
  order_id uuid not null,
  round integer not null default 1,
  stars integer not null,
  solved boolean not null,
  tags text[] not null default '{}'::text[],
  note text not null default ''::text,
  by_channel text not null,
  recorded_by uuid,
  at timestamp with time zone not null,
  constraint evaluation_pkey PRIMARY KEY (district_id, id),
  constraint one_evaluation_per_round UNIQUE (district_id, order_id, round),
  constraint evaluation_district_id_order_id_fkey FOREIGN KEY (district_id, order_id) REFERENCES service_order(district_id, id),
  constraint evaluation_by_channel_check CHECK ((by_channel = ANY (ARRAY['link'::text, 'account'::text, 'phone'::text]))),
  constraint evaluation_stars_check CHECK (((stars >= 1) AND (stars <= 5)))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table first_step (
  district_id integer not null,
  step text not null,
  ticked_at timestamp with time zone not null,
  constraint first_step_pkey PRIMARY KEY (district_id, step),
  constraint first_step_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select to huiyin_app;

table follow_up (
  district_id integer not null,
  id uuid not null,
  order_id uuid not null,
  kind text not null,
  state text not null,
  created_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  attempts integer not null default 0,
  contacted boolean,
  solved boolean,
  satisfied integer,
  headcount_heard integer,
  note text not null default ''::text,
  done_at timestamp with time zone,
  done_by uuid,
  constraint follow_up_pkey PRIMARY KEY (district_id, id),
  constraint follow_up_district_id_order_id_fkey FOREIGN KEY (district_id, order_id) REFERENCES service_order(district_id, id),
  constraint follow_up_attempts_check CHECK (((attempts >= 0) AND (attempts <= 3))),
  constraint follow_up_kind_check CHECK ((kind = ANY (ARRAY['silent'::text, 'sample'::text]))),
  constraint follow_up_satisfied_check CHECK (((satisfied >= 1) AND (satisfied <= 5))),
  constraint follow_up_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'exhausted'::text])))
);
CREATE INDEX follow_up_by_order ON public.follow_up USING btree (district_id, order_id);
CREATE INDEX follow_up_queue ON public.follow_up USING btree (district_id, due_at, id) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX one_open_follow_up_per_order ON public.follow_up USING btree (district_id, order_id) WHERE (state = 'open'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table follow_up_attempt (
  district_id integer not null,
  id uuid not null,
  follow_up_id uuid not null,
  at timestamp with time zone not null,
  caller_id uuid not null,
  result text not null,
  spoken_to text,
  note text not null default ''::text,
  constraint follow_up_attempt_pkey PRIMARY KEY (district_id, id),
  constraint follow_up_attempt_district_id_follow_up_id_fkey FOREIGN KEY (district_id, follow_up_id) REFERENCES follow_up(district_id, id),
  constraint a_conversation_names_who_was_spoken_to CHECK (((result <> 'spoke'::text) OR (spoken_to IS NOT NULL))),
  constraint follow_up_attempt_result_check CHECK ((result = ANY (ARRAY['spoke'::text, 'no-answer'::text, 'wrong-number'::text, 'call-later'::text])))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table hours_call_back (
  district_id integer not null,
  id uuid not null,
  month date not null,
  order_id uuid not null,
  unit_id uuid not null,
  day date not null,
  state text not null,
  next_step text,
  due_at timestamp with time zone,
  responsible_unit_id uuid not null,
  attempts integer not null default 0,
  spoken_to text,
  came boolean,
  people_heard integer,
  minutes_heard integer,
  note text not null default ''::text,
  called_by uuid,
  called_at timestamp with time zone,
  case_id uuid,
  created_at timestamp with time zone not null,
  constraint hours_call_back_pkey PRIMARY KEY (district_id, id),
  constraint one_call_back_per_order UNIQUE (district_id, order_id),
  constraint hours_call_back_district_id_case_id_fkey FOREIGN KEY (district_id, case_id) REFERENCES hours_case(district_id, id),
  constraint hours_call_back_district_id_month_fkey FOREIGN KEY (district_id, month) REFERENCES hours_sample(district_id, month),
  constraint hours_call_back_district_id_responsible_unit_id_fkey FOREIGN KEY (district_id, responsible_unit_id) REFERENCES unit(district_id, id),
  constraint hours_call_back_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint a_conversation_says_what_was_heard CHECK (((state <> 'done'::text) OR ((came IS NOT NULL) AND (spoken_to IS NOT NULL)))),
  constraint an_open_call_back_is_nobodys_orphan CHECK ((((state = 'open'::text) = (next_step IS NOT NULL)) AND ((state = 'open'::text) = (due_at IS NOT NULL)))),
  constraint hours_call_back_next_step_check CHECK ((next_step = 'call'::text)),
  constraint hours_call_back_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'exhausted'::text])))
);
CREATE INDEX hours_call_back_open ON public.hours_call_back USING btree (district_id, due_at) WHERE (state = 'open'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table hours_case (
  district_id integer not null,
  id uuid not null,
  kind text not null,
  rule text,
  fingerprint text,
  unit_id uuid not null,
  state text not null,
  next_step text,
  due_at timestamp with time zone,
  responsible_unit_id uuid not null,
  needs_leader boolean not null default false,
  is_with_leader boolean not null default false,
  levels_risen integer not null default 0,
  evidence jsonb not null default '{}'::jsonb,
  statement text not null default ''::text,
  opened_by uuid,
  opened_at timestamp with time zone not null,
  decision text,
  answer text,
  decided_by uuid,
  decided_at timestamp with time zone,
  version integer not null default 1,
  constraint hours_case_pkey PRIMARY KEY (district_id, id),
  constraint one_case_per_suspicion UNIQUE (district_id, fingerprint),
  constraint hours_case_district_id_responsible_unit_id_fkey FOREIGN KEY (district_id, responsible_unit_id) REFERENCES unit(district_id, id),
  constraint hours_case_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint a_case_closes_with_an_answer CHECK ((((state = 'closed'::text) = (decision IS NOT NULL)) AND ((decision IS NULL) = (answer IS NULL)) AND ((decision IS NULL) = (decided_by IS NULL)) AND ((decision IS NULL) = (decided_at IS NULL)))),
  constraint a_suspicion_names_its_rule CHECK (((kind = 'suspicion'::text) = ((rule IS NOT NULL) AND (fingerprint IS NOT NULL)))),
  constraint an_open_case_is_nobodys_orphan CHECK ((((state = 'open'::text) = (next_step IS NOT NULL)) AND ((state = 'open'::text) = (due_at IS NOT NULL)))),
  constraint hours_case_decision_check CHECK ((decision = ANY (ARRAY['upheld'::text, 'dismissed'::text]))),
  constraint hours_case_kind_check CHECK ((kind = ANY (ARRAY['objection'::text, 'suspicion'::text, 'call-back'::text]))),
  constraint hours_case_next_step_check CHECK ((next_step = 'decide'::text)),
  constraint hours_case_state_check CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text])))
);
CREATE INDEX hours_case_by_opening ON public.hours_case USING btree (district_id, opened_at);
CREATE INDEX hours_case_due ON public.hours_case USING btree (district_id, due_at) WHERE ((state = 'open'::text) AND (NOT is_with_leader));
CREATE INDEX hours_case_open ON public.hours_case USING btree (district_id, responsible_unit_id, due_at) WHERE (state = 'open'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table hours_case_record (
  district_id integer not null,
  case_id uuid not null,
  record_id uuid not null,
  constraint hours_case_record_pkey PRIMARY KEY (district_id, case_id, record_id),
  constraint hours_case_record_district_id_case_id_fkey FOREIGN KEY (district_id, case_id) REFERENCES hours_case(district_id, id),
  constraint hours_case_record_district_id_record_id_fkey FOREIGN KEY (district_id, record_id) REFERENCES hours_record(district_id, id)
);
CREATE INDEX hours_case_record_by_record ON public.hours_case_record USING btree (district_id, record_id);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table hours_check_run (
  district_id integer not null,
  day date not null,
  ran_at timestamp with time zone not null,
  facts integer not null,
  found integer not null,
  opened integer not null,
  constraint hours_check_run_pkey PRIMARY KEY (district_id, day),
  constraint hours_check_run_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table hours_decision (
  district_id integer not null,
  id uuid not null,
  record_id uuid not null,
  entry_id uuid not null,
  act text not null,
  by_person_id uuid,
  unit_id uuid,
  minutes integer not null,
  statement text not null default ''::text,
  at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default clock_timestamp(),
  constraint hours_decision_pkey PRIMARY KEY (district_id, id),
  constraint hours_decision_district_id_entry_id_fkey FOREIGN KEY (district_id, entry_id) REFERENCES hours_entry(district_id, id),
  constraint hours_decision_district_id_record_id_fkey FOREIGN KEY (district_id, record_id) REFERENCES hours_record(district_id, id),
  constraint a_confirmation_names_who_confirmed CHECK (((act <> 'confirmed'::text) OR (by_person_id IS NOT NULL))) NOT VALID,
  constraint a_refusal_of_hours_says_why CHECK (((act <> 'refused'::text) OR (statement <> ''::text))),
  constraint an_approval_names_who_approved CHECK (((act <> ALL (ARRAY['approved'::text, 'refused'::text])) OR (by_person_id IS NOT NULL))),
  constraint hours_decision_act_check CHECK ((act = ANY (ARRAY['approved'::text, 'refused'::text, 'booked'::text, 'held'::text, 'released'::text, 'rose'::text, 'confirmed'::text]))) NOT VALID
);
CREATE INDEX hours_decision_by_record ON public.hours_decision USING btree (district_id, record_id, at);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table hours_demand (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  record_id uuid,
  kind_slug text,
  title text not null,
  day date not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone not null,
  reason text not null,
  unit_id uuid not null,
  team_id uuid,
  state text not null,
  next_step text,
  due_at timestamp with time zone,
  responsible_unit_id uuid not null,
  is_with_leader boolean not null default false,
  levels_risen integer not null default 0,
  made_at timestamp with time zone not null,
  outcome text,
  answer text,
  answered_by uuid,
  answered_at timestamp with time zone,
  entry_id uuid,
  version integer not null default 1,
  constraint hours_demand_pkey PRIMARY KEY (district_id, id),
  constraint hours_demand_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES person(district_id, id),
  constraint hours_demand_district_id_record_id_fkey FOREIGN KEY (district_id, record_id) REFERENCES hours_record(district_id, id),
  constraint hours_demand_district_id_responsible_unit_id_fkey FOREIGN KEY (district_id, responsible_unit_id) REFERENCES unit(district_id, id),
  constraint hours_demand_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id),
  constraint hours_demand_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint a_correction_names_its_entry CHECK (((NOT (outcome IS DISTINCT FROM 'corrected'::text)) = (entry_id IS NOT NULL))),
  constraint a_demand_closes_with_an_answer CHECK ((((state = 'answered'::text) = (outcome IS NOT NULL)) AND ((outcome IS NULL) = (answer IS NULL)) AND ((outcome IS NULL) = (answered_by IS NULL)) AND ((outcome IS NULL) = (answered_at IS NULL)))),
  constraint a_demand_has_a_reason CHECK ((reason <> ''::text)),
  constraint a_demand_is_for_a_time CHECK (((ended_at > started_at) AND (ended_at <= (started_at + '24:00:00'::interval)))),
  constraint an_open_demand_is_nobodys_orphan CHECK ((((state = 'open'::text) = (next_step IS NOT NULL)) AND ((state = 'open'::text) = (due_at IS NOT NULL)))),
  constraint hours_demand_next_step_check CHECK ((next_step = 'answer'::text)),
  constraint hours_demand_outcome_check CHECK ((outcome = ANY (ARRAY['corrected'::text, 'declined'::text]))),
  constraint hours_demand_state_check CHECK ((state = ANY (ARRAY['open'::text, 'answered'::text]))),
  constraint nobody_answers_their_own_demand CHECK ((answered_by IS DISTINCT FROM person_id))
);
CREATE INDEX hours_demand_by_person ON public.hours_demand USING btree (district_id, person_id, made_at);
CREATE INDEX hours_demand_due ON public.hours_demand USING btree (district_id, due_at) WHERE ((state = 'open'::text) AND (NOT is_with_leader));
CREATE INDEX hours_demand_open ON public.hours_demand USING btree (district_id, responsible_unit_id, due_at) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX one_open_demand_per_record ON public.hours_demand USING btree (district_id, record_id) WHERE ((state = 'open'::text) AND (record_id IS NOT NULL));
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table hours_entry (
  district_id integer not null,
  id uuid not null,
  record_id uuid not null,
  seq integer not null,
  corrects_id uuid,
  person_id uuid not null,
  day date not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone not null,
  minutes integer not null,
  class text not null,
  cause text not null,
  method_in text,
  method_out text,
  score integer,
  reasons text[] not null default '{}'::text[],
  statement text not null default ''::text,
  recorded_by uuid,
  recorded_unit_id uuid,
  at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default clock_timestamp(),
  constraint hours_entry_pkey PRIMARY KEY (district_id, id),
  constraint one_correction_per_entry UNIQUE (district_id, corrects_id),
  constraint one_entry_per_place_in_its_chain UNIQUE (district_id, record_id, seq),
  constraint hours_entry_district_id_corrects_id_fkey FOREIGN KEY (district_id, corrects_id) REFERENCES hours_entry(district_id, id),
  constraint hours_entry_district_id_record_id_fkey FOREIGN KEY (district_id, record_id) REFERENCES hours_record(district_id, id),
  constraint a_correction_by_a_person_says_why CHECK (((cause <> ALL (ARRAY['backfill'::text, 'demand'::text, 'approval'::text, 'case'::text])) OR (statement <> ''::text))),
  constraint an_entry_says_how_it_is_known CHECK ((class = ANY (ARRAY['verified'::text, 'claimed'::text]))),
  constraint entry_ends_after_it_starts CHECK ((ended_at >= started_at)),
  constraint entry_fits_the_day CHECK (((minutes >= 0) AND (minutes <= 1440))),
  constraint hours_entry_cause_check CHECK ((cause = ANY (ARRAY['attendance'::text, 'late-marks'::text, 'backfill'::text, 'confirmation'::text, 'demand'::text, 'approval'::text, 'case'::text]))),
  constraint hours_entry_score_check CHECK (((score >= 0) AND (score <= 100))),
  constraint hours_entry_seq_check CHECK ((seq >= 1)),
  constraint only_the_first_entry_corrects_nothing CHECK (((seq = 1) = (corrects_id IS NULL)))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table hours_record (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  day date not null,
  subject_kind text not null,
  subject_id uuid,
  attendance_id uuid,
  activity_id uuid,
  order_id uuid,
  kind_slug text,
  title text not null,
  unit_id uuid not null,
  team_id uuid,
  place_unit_id uuid,
  entry_id uuid not null,
  entries integer not null default 1,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone not null,
  minutes integer not null,
  class text not null,
  state text not null,
  tier integer not null,
  next_step text,
  due_at timestamp with time zone,
  responsible_unit_id uuid,
  needs_leader boolean not null default false,
  booked_minutes integer not null default 0,
  booked_class text,
  booked_at timestamp with time zone,
  recorded_by uuid,
  recorded_at timestamp with time zone not null,
  approved_by uuid,
  approved_unit_id uuid,
  approved_at timestamp with time zone,
  version integer not null default 1,
  confirmed_by uuid,
  constraint hours_record_pkey PRIMARY KEY (district_id, id),
  constraint hours_record_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES person(district_id, id),
  constraint hours_record_district_id_responsible_unit_id_fkey FOREIGN KEY (district_id, responsible_unit_id) REFERENCES unit(district_id, id),
  constraint hours_record_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id),
  constraint hours_record_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint another_than_the_recorder_confirms CHECK (((confirmed_by IS NULL) OR ((confirmed_by IS DISTINCT FROM recorded_by) AND (confirmed_by IS DISTINCT FROM person_id)))) NOT VALID,
  constraint booked_hours_say_how_they_are_known CHECK (((booked_at IS NULL) = (booked_class IS NULL))),
  constraint hours_end_after_they_start CHECK ((ended_at >= started_at)),
  constraint hours_have_a_subject CHECK (((subject_kind = 'other'::text) = (subject_id IS NULL))),
  constraint hours_record_booked_minutes_check CHECK ((booked_minutes >= 0)),
  constraint hours_record_entries_check CHECK ((entries >= 1)),
  constraint hours_record_next_step_check CHECK ((next_step = ANY (ARRAY['approve'::text, 'book'::text, 'decide-case'::text]))),
  constraint hours_record_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'noticed'::text, 'in-case'::text, 'booked'::text, 'refused'::text]))),
  constraint hours_record_subject_kind_check CHECK ((subject_kind = ANY (ARRAY['session'::text, 'order'::text, 'other'::text]))),
  constraint hours_record_tier_check CHECK (((tier >= 0) AND (tier <= 2))),
  constraint hours_say_how_they_are_known CHECK ((class = ANY (ARRAY['verified'::text, 'claimed'::text]))),
  constraint minutes_fit_the_day CHECK (((minutes >= 0) AND (minutes <= 1440))),
  constraint nobody_approves_their_own_hours CHECK ((approved_by IS DISTINCT FROM person_id)),
  constraint open_hours_are_nobodys_orphan CHECK ((((state = ANY (ARRAY['booked'::text, 'refused'::text])) = (next_step IS NULL)) AND ((next_step IS NULL) = (due_at IS NULL)) AND ((next_step IS NULL) = (responsible_unit_id IS NULL)))),
  constraint the_recorder_does_not_approve CHECK (((approved_by IS NULL) OR (approved_by IS DISTINCT FROM recorded_by)))
);
CREATE INDEX hours_record_by_person ON public.hours_record USING btree (district_id, person_id, day);
CREATE INDEX hours_record_by_recording ON public.hours_record USING btree (district_id, recorded_at);
CREATE INDEX hours_record_by_subject ON public.hours_record USING btree (district_id, subject_id);
CREATE INDEX hours_record_by_team ON public.hours_record USING btree (district_id, team_id, day) WHERE (team_id IS NOT NULL);
CREATE INDEX hours_record_by_unit ON public.hours_record USING btree (district_id, unit_id, day);
CREATE INDEX hours_record_due ON public.hours_record USING btree (district_id, due_at) WHERE (next_step = ANY (ARRAY['approve'::text, 'book'::text]));
CREATE INDEX hours_record_on_notice ON public.hours_record USING btree (district_id, unit_id, due_at) WHERE (state = 'noticed'::text);
CREATE INDEX hours_record_to_approve ON public.hours_record USING btree (district_id, responsible_unit_id, due_at) WHERE (state = 'waiting'::text);
CREATE UNIQUE INDEX one_record_per_attendance_and_day ON public.hours_record USING btree (district_id, attendance_id, day) WHERE (attendance_id IS NOT NULL);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table hours_rule (
  district_id integer not null,
  id uuid not null,
  automatic_minutes_max integer not null,
  first_level_minutes_max integer not null,
  notice_working_days integer not null,
  approve_working_minutes integer not null,
  answer_working_minutes integer not null,
  decide_working_minutes integer not null,
  call_working_minutes integer not null,
  call_back_percent integer not null,
  thresholds jsonb not null,
  valid_from date not null,
  valid_until date,
  constraint hours_rule_pkey PRIMARY KEY (district_id, id),
  constraint hours_rule_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint one_hours_rule_at_a_time EXCLUDE USING gist (district_id WITH =, daterange(valid_from, valid_until, '[)'::text) WITH &&),
  constraint hours_rule_answer_working_minutes_check CHECK ((answer_working_minutes > 0)),
  constraint hours_rule_approve_working_minutes_check CHECK ((approve_working_minutes > 0)),
  constraint hours_rule_automatic_minutes_max_check CHECK (((automatic_minutes_max >= 1) AND (automatic_minutes_max <= 1440))),
  constraint hours_rule_call_back_percent_check CHECK (((call_back_percent >= 0) AND (call_back_percent <= 100))),
  constraint hours_rule_call_working_minutes_check CHECK ((call_working_minutes > 0)),
  constraint hours_rule_decide_working_minutes_check CHECK ((decide_working_minutes > 0)),
  constraint hours_rule_first_level_minutes_max_check CHECK (((first_level_minutes_max >= 1) AND (first_level_minutes_max <= 1440))),
  constraint hours_rule_notice_working_days_check CHECK ((notice_working_days >= 1)),
  constraint the_levels_rise CHECK ((automatic_minutes_max <= first_level_minutes_max))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table hours_sample (
  district_id integer not null,
  month date not null,
  percent integer not null,
  seed bytea not null,
  drawn_at timestamp with time zone not null,
  constraint hours_sample_pkey PRIMARY KEY (district_id, month),
  constraint hours_sample_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint hours_sample_percent_check CHECK (((percent >= 0) AND (percent <= 100)))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table hours_seal (
  district_id integer not null,
  seq bigint not null,
  item_kind text not null,
  item_id uuid not null,
  hash bytea not null,
  sealed_at timestamp with time zone not null default clock_timestamp(),
  constraint hours_seal_pkey PRIMARY KEY (district_id, seq),
  constraint one_seal_per_entry_or_decision UNIQUE (district_id, item_kind, item_id),
  constraint hours_seal_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint hours_seal_item_kind_check CHECK ((item_kind = ANY (ARRAY['entry'::text, 'decision'::text])))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table hours_unsealed (
  district_id integer not null,
  item_kind text not null,
  item_id uuid not null,
  constraint hours_unsealed_pkey PRIMARY KEY (district_id, item_kind, item_id),
  constraint hours_unsealed_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint hours_unsealed_item_kind_check CHECK ((item_kind = ANY (ARRAY['entry'::text, 'decision'::text])))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select to huiyin_app;

table idempotency (
  district_id integer not null,
  actor_key text collate "C" not null,
  client_id uuid not null,
  fingerprint bytea not null,
  status integer not null,
  body jsonb,
  created_at timestamp with time zone not null default now(),
  constraint idempotency_pkey PRIMARY KEY (district_id, actor_key, client_id)
);
CREATE INDEX idempotency_by_age ON public.idempotency USING btree (district_id, created_at);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select to huiyin_app;

table ledger_account (
  district_id integer not null,
  id uuid not null,
  kind text not null,
  person_id uuid,
  name text not null,
  debits_pending bigint not null default 0,
  debits_posted bigint not null default 0,
  credits_pending bigint not null default 0,
  credits_posted bigint not null default 0,
  created_at timestamp with time zone not null,
  constraint ledger_account_pkey PRIMARY KEY (district_id, id),
  constraint ledger_account_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint a_person_account_names_its_person CHECK (((kind = 'person'::text) = (person_id IS NOT NULL))),
  constraint ledger_account_credits_pending_check CHECK ((credits_pending >= 0)),
  constraint ledger_account_credits_posted_check CHECK ((credits_posted >= 0)),
  constraint ledger_account_debits_pending_check CHECK ((debits_pending >= 0)),
  constraint ledger_account_debits_posted_check CHECK ((debits_posted >= 0)),
  constraint ledger_account_kind_check CHECK ((kind = ANY (ARRAY['issuer'::text, 'budget'::text, 'person'::text]))),
  constraint only_the_issuer_may_owe CHECK (((kind = 'issuer'::text) OR ((debits_posted + debits_pending) <= credits_posted)))
);
CREATE UNIQUE INDEX one_budget_and_one_issuer ON public.ledger_account USING btree (district_id, kind) WHERE (kind = ANY (ARRAY['issuer'::text, 'budget'::text]));
CREATE UNIQUE INDEX one_points_account_per_person ON public.ledger_account USING btree (district_id, person_id) WHERE (person_id IS NOT NULL);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table ledger_transfer (
  district_id integer not null,
  id uuid not null,
  key text not null,
  debit_account_id uuid not null,
  credit_account_id uuid not null,
  amount_points bigint not null,
  kind text not null,
  pending_id uuid,
  expires_at timestamp with time zone,
  reason text not null,
  subject_kind text,
  subject_id uuid,
  actor_id uuid,
  at timestamp with time zone not null,
  constraint ledger_transfer_pkey PRIMARY KEY (district_id, id),
  constraint one_transfer_per_key UNIQUE (district_id, key),
  constraint ledger_transfer_district_id_credit_account_id_fkey FOREIGN KEY (district_id, credit_account_id) REFERENCES ledger_account(district_id, id),
  constraint ledger_transfer_district_id_debit_account_id_fkey FOREIGN KEY (district_id, debit_account_id) REFERENCES ledger_account(district_id, id),
  constraint ledger_transfer_district_id_pending_id_fkey FOREIGN KEY (district_id, pending_id) REFERENCES ledger_transfer(district_id, id),
  constraint a_transfer_joins_two_accounts CHECK ((debit_account_id <> credit_account_id)),
  constraint ledger_transfer_amount_points_check CHECK ((amount_points > 0)),
  constraint ledger_transfer_kind_check CHECK ((kind = ANY (ARRAY['single'::text, 'pending'::text, 'post'::text, 'void'::text]))),
  constraint resolution_names_its_hold CHECK (((kind = ANY (ARRAY['post'::text, 'void'::text])) = (pending_id IS NOT NULL)))
);
CREATE UNIQUE INDEX a_hold_resolves_once ON public.ledger_transfer USING btree (district_id, pending_id) WHERE (pending_id IS NOT NULL);
CREATE INDEX hold_by_expiry ON public.ledger_transfer USING btree (district_id, expires_at) WHERE ((kind = 'pending'::text) AND (expires_at IS NOT NULL));
CREATE INDEX ledger_transfer_by_credit ON public.ledger_transfer USING btree (district_id, credit_account_id, at);
CREATE INDEX ledger_transfer_by_debit ON public.ledger_transfer USING btree (district_id, debit_account_id, at);
CREATE INDEX ledger_transfer_by_subject ON public.ledger_transfer USING btree (district_id, subject_id);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table login_code (
  district_id integer not null,
  id uuid not null,
  phone_index bytea not null,
  code_hash bytea not null,
  purpose text not null,
  attempts integer not null default 0,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint login_code_pkey PRIMARY KEY (district_id, id),
  constraint login_code_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id)
);
CREATE INDEX login_code_by_phone ON public.login_code USING btree (district_id, phone_index, created_at);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select, update to huiyin_app;

table merit_entry (
  district_id integer not null,
  id uuid not null,
  key text not null,
  team_id uuid,
  unit_id uuid,
  kind text not null,
  subject_kind text not null,
  subject_id uuid not null,
  people_served integer not null,
  stars integer,
  reverses_id uuid,
  at timestamp with time zone not null,
  constraint merit_entry_pkey PRIMARY KEY (district_id, id),
  constraint one_merit_entry_per_key UNIQUE (district_id, key),
  constraint merit_entry_district_id_reverses_id_fkey FOREIGN KEY (district_id, reverses_id) REFERENCES merit_entry(district_id, id),
  constraint merit_entry_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id),
  constraint merit_entry_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint merit_belongs_to_one_provider CHECK ((num_nonnulls(team_id, unit_id) = 1)),
  constraint merit_entry_kind_check CHECK ((kind = ANY (ARRAY['merit'::text, 'performance'::text])))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table message (
  district_id integer not null,
  id uuid not null,
  channel text not null,
  template text not null,
  params_cipher bytea not null,
  locale text not null,
  to_person_id uuid,
  to_cipher bytea not null,
  subject_kind text,
  subject_id uuid,
  created_at timestamp with time zone not null,
  handed_over_at timestamp with time zone,
  reached_at timestamp with time zone,
  failed_at timestamp with time zone,
  attempts integer not null default 0,
  gateway_id text,
  constraint message_pkey PRIMARY KEY (district_id, id),
  constraint message_channel_check CHECK ((channel = ANY (ARRAY['sms'::text, 'wechat'::text, 'mail'::text, 'webhook'::text])))
);
CREATE INDEX message_by_subject ON public.message USING btree (district_id, subject_id);
CREATE INDEX message_waiting ON public.message USING btree (district_id, created_at) WHERE ((handed_over_at IS NULL) AND (failed_at IS NULL));
CREATE UNIQUE INDEX one_message_per_gateway_id ON public.message USING btree (district_id, gateway_id) WHERE (gateway_id IS NOT NULL);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table message_receipt (
  district_id integer not null,
  id uuid not null,
  message_id uuid not null,
  kind text not null,
  at timestamp with time zone not null,
  gateway text not null,
  details jsonb not null default '{}'::jsonb,
  constraint message_receipt_pkey PRIMARY KEY (district_id, id),
  constraint message_receipt_district_id_message_id_fkey FOREIGN KEY (district_id, message_id) REFERENCES message(district_id, id),
  constraint message_receipt_kind_check CHECK ((kind = ANY (ARRAY['handed-over'::text, 'delivered'::text, 'failed'::text])))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table offering (
  district_id integer not null,
  id uuid not null,
  category_id uuid not null,
  provider_unit_id uuid,
  provider_team_id uuid,
  title text not null,
  title_en text,
  summary text not null,
  summary_en text,
  target_groups text[] not null default '{all}'::text[],
  area_unit_ids uuid[] not null default '{}'::uuid[],
  duration_minutes integer not null,
  headcount_min integer not null default 1,
  headcount_max integer not null,
  lead_working_days integer not null default 0,
  monthly_quota integer,
  venue_needs text[] not null default '{}'::text[],
  licence_needs text[] not null default '{}'::text[],
  open_hours jsonb not null default '[]'::jsonb,
  blackout_days date[] not null default '{}'::date[],
  is_risky boolean not null default false,
  confirmed_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  search_bigrams text[] not null,
  search_pinyin text not null,
  search_initials text not null,
  version integer not null default 1,
  constraint offering_pkey PRIMARY KEY (district_id, id),
  constraint offering_district_id_category_id_fkey FOREIGN KEY (district_id, category_id) REFERENCES category(district_id, id),
  constraint offering_district_id_provider_team_id_fkey FOREIGN KEY (district_id, provider_team_id) REFERENCES team(district_id, id),
  constraint offering_district_id_provider_unit_id_fkey FOREIGN KEY (district_id, provider_unit_id) REFERENCES unit(district_id, id),
  constraint an_offering_has_one_provider CHECK ((num_nonnulls(provider_unit_id, provider_team_id) = 1)),
  constraint headcount_range_is_not_empty CHECK ((headcount_max >= headcount_min)),
  constraint offering_duration_minutes_check CHECK (((duration_minutes >= 5) AND (duration_minutes <= 1440))),
  constraint offering_headcount_min_check CHECK ((headcount_min >= 1)),
  constraint offering_lead_working_days_check CHECK ((lead_working_days >= 0)),
  constraint offering_monthly_quota_check CHECK ((monthly_quota > 0))
);
CREATE INDEX offering_by_bigram ON public.offering USING gin (search_bigrams);
CREATE INDEX offering_by_category ON public.offering USING btree (district_id, category_id) WHERE (ended_at IS NULL);
CREATE INDEX offering_by_pinyin ON public.offering USING gin (search_pinyin gin_trgm_ops, search_initials gin_trgm_ops);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table offering_month (
  district_id integer not null,
  offering_id uuid not null,
  month date not null,
  taken integer not null,
  quota integer not null,
  constraint offering_month_pkey PRIMARY KEY (district_id, offering_id, month),
  constraint offering_month_district_id_offering_id_fkey FOREIGN KEY (district_id, offering_id) REFERENCES offering(district_id, id),
  constraint monthly_quota_is_not_exceeded CHECK ((taken <= quota)),
  constraint offering_month_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
  constraint offering_month_taken_check CHECK ((taken >= 0))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table order_answer (
  district_id integer not null,
  id uuid not null,
  order_id uuid not null,
  kind text not null,
  text text not null,
  alternative text not null default ''::text,
  review_on date,
  written_by uuid,
  written_at timestamp with time zone not null,
  message_id uuid,
  reached boolean not null default false,
  reached_at timestamp with time zone,
  reached_by text,
  spoken_to text,
  constraint order_answer_pkey PRIMARY KEY (district_id, id),
  constraint answer_by_order UNIQUE (district_id, order_id, id, reached),
  constraint order_answer_district_id_order_id_fkey FOREIGN KEY (district_id, order_id) REFERENCES service_order(district_id, id),
  constraint a_call_or_visit_names_who_was_spoken_to CHECK (((reached_by <> ALL (ARRAY['call'::text, 'visit'::text])) OR (spoken_to IS NOT NULL))),
  constraint cannot_do_carries_an_alternative CHECK (((kind <> 'deferral'::text) OR ((review_on IS NOT NULL) AND (alternative <> ''::text)))),
  constraint order_answer_kind_check CHECK ((kind = ANY (ARRAY['result'::text, 'outcome'::text, 'deferral'::text]))),
  constraint order_answer_reached_by_check CHECK ((reached_by = ANY (ARRAY['receipt'::text, 'page-opened'::text, 'call'::text, 'visit'::text]))),
  constraint reaching_says_how CHECK (((reached = (reached_at IS NOT NULL)) AND (reached = (reached_by IS NOT NULL))))
);
CREATE INDEX answer_waiting ON public.order_answer USING btree (district_id, order_id) WHERE (NOT reached);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table order_clock (
  district_id integer not null,
  order_id uuid not null,
  kind text not null,
  round integer not null default 1,
  limit_working_minutes integer not null,
  started_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  stopped_at timestamp with time zone,
  used_working_minutes integer,
  constraint order_clock_pkey PRIMARY KEY (district_id, order_id, kind, round),
  constraint order_clock_district_id_order_id_fkey FOREIGN KEY (district_id, order_id) REFERENCES service_order(district_id, id),
  constraint a_stopped_clock_counts CHECK (((stopped_at IS NULL) = (used_working_minutes IS NULL))),
  constraint order_clock_kind_check CHECK ((kind = ANY (ARRAY['first-contact'::text, 'acceptance'::text, 'resolution'::text]))),
  constraint order_clock_limit_working_minutes_check CHECK ((limit_working_minutes > 0))
);
CREATE INDEX first_contact_running ON public.order_clock USING btree (district_id, due_at) WHERE ((kind = 'first-contact'::text) AND (round = 1) AND (stopped_at IS NULL));
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table order_move (
  move text not null,
  from_state text not null,
  to_state text not null,
  constraint order_move_pkey PRIMARY KEY (move, from_state, to_state)
);
row security off;
grant select to huiyin_app;

table order_number_counter (
  district_id integer not null,
  year integer not null,
  last_serial integer not null,
  constraint order_number_counter_pkey PRIMARY KEY (district_id, year),
  constraint order_number_counter_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table order_offer (
  district_id integer not null,
  id uuid not null,
  order_id uuid not null,
  mode text not null,
  state text not null,
  provider_unit_id uuid,
  provider_team_id uuid,
  made_by uuid,
  made_at timestamp with time zone not null,
  deadline_at timestamp with time zone not null,
  reminders_sent integer not null default 0,
  next_reminder_at timestamp with time zone,
  round integer not null default 1,
  decided_at timestamp with time zone,
  decided_by uuid,
  decline_reason text,
  decline_note text,
  trace jsonb not null default '{}'::jsonb,
  constraint order_offer_pkey PRIMARY KEY (district_id, id),
  constraint order_offer_district_id_order_id_fkey FOREIGN KEY (district_id, order_id) REFERENCES service_order(district_id, id),
  constraint order_offer_district_id_provider_team_id_fkey FOREIGN KEY (district_id, provider_team_id) REFERENCES team(district_id, id),
  constraint order_offer_district_id_provider_unit_id_fkey FOREIGN KEY (district_id, provider_unit_id) REFERENCES unit(district_id, id),
  constraint a_decline_has_a_reason CHECK (((state = 'declined'::text) = (decline_reason IS NOT NULL))),
  constraint an_offer_has_one_provider CHECK ((num_nonnulls(provider_unit_id, provider_team_id) = 1)),
  constraint an_open_offer_is_undecided CHECK (((state = 'open'::text) = (decided_at IS NULL))),
  constraint only_an_agency_is_bound CHECK (((mode <> 'bound'::text) OR (provider_unit_id IS NOT NULL))),
  constraint order_offer_mode_check CHECK ((mode = ANY (ARRAY['bound'::text, 'invited'::text, 'claimed'::text]))),
  constraint order_offer_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'declined'::text, 'expired'::text, 'withdrawn'::text])))
);
CREATE INDEX offer_by_deadline ON public.order_offer USING btree (district_id, deadline_at) WHERE (state = 'open'::text);
CREATE INDEX offer_by_order ON public.order_offer USING btree (district_id, order_id, made_at);
CREATE INDEX offer_by_reminder ON public.order_offer USING btree (district_id, next_reminder_at) WHERE ((state = 'open'::text) AND (next_reminder_at IS NOT NULL));
CREATE INDEX offer_open_by_team ON public.order_offer USING btree (district_id, provider_team_id, made_at, id) WHERE ((state = 'open'::text) AND (provider_team_id IS NOT NULL));
CREATE INDEX offer_open_by_unit ON public.order_offer USING btree (district_id, provider_unit_id, made_at, id) WHERE ((state = 'open'::text) AND (provider_unit_id IS NOT NULL));
CREATE UNIQUE INDEX one_accepted_offer_per_order ON public.order_offer USING btree (district_id, order_id) WHERE (state = 'accepted'::text);
CREATE UNIQUE INDEX one_open_offer_per_provider ON public.order_offer USING btree (district_id, order_id, COALESCE(provider_team_id, provider_unit_id)) WHERE (state = 'open'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table order_pause (
  district_id integer not null,
  id uuid not null,
  order_id uuid not null,
  reason text not null,
  note text not null default ''::text,
  paused_at timestamp with time zone not null,
  until_at timestamp with time zone not null,
  resumed_at timestamp with time zone,
  remaining_working_minutes integer not null,
  actor_id uuid,
  constraint order_pause_pkey PRIMARY KEY (district_id, id),
  constraint order_pause_district_id_order_id_fkey FOREIGN KEY (district_id, order_id) REFERENCES service_order(district_id, id),
  constraint order_pause_remaining_working_minutes_check CHECK ((remaining_working_minutes >= 0))
);
CREATE UNIQUE INDEX one_open_pause_per_order ON public.order_pause USING btree (district_id, order_id) WHERE (resumed_at IS NULL);
CREATE INDEX pause_by_end ON public.order_pause USING btree (district_id, until_at) WHERE (resumed_at IS NULL);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table order_photo (
  district_id integer not null,
  order_id uuid not null,
  file_id uuid not null,
  kind text not null,
  publish_consent boolean not null default false,
  added_by uuid,
  added_at timestamp with time zone not null,
  constraint order_photo_pkey PRIMARY KEY (district_id, order_id, file_id),
  constraint order_photo_district_id_file_id_fkey FOREIGN KEY (district_id, file_id) REFERENCES stored_file(district_id, id),
  constraint order_photo_district_id_order_id_fkey FOREIGN KEY (district_id, order_id) REFERENCES service_order(district_id, id),
  constraint order_photo_kind_check CHECK ((kind = ANY (ARRAY['request'::text, 'delivery'::text, 'paper-card'::text])))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select to huiyin_app;

table order_pool (
  district_id integer not null,
  order_id uuid not null,
  id uuid not null,
  opened_at timestamp with time zone not null,
  deadline_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  widened integer not null default 0,
  constraint order_pool_pkey PRIMARY KEY (district_id, id),
  constraint order_pool_district_id_order_id_fkey FOREIGN KEY (district_id, order_id) REFERENCES service_order(district_id, id)
);
CREATE UNIQUE INDEX one_open_pool_per_order ON public.order_pool USING btree (district_id, order_id) WHERE (closed_at IS NULL);
CREATE INDEX pool_by_deadline ON public.order_pool USING btree (district_id, deadline_at) WHERE (closed_at IS NULL);
CREATE INDEX pool_by_opening ON public.order_pool USING btree (district_id, opened_at, order_id) WHERE (closed_at IS NULL);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table order_search (
  district_id integer not null,
  order_id uuid not null,
  placed_at timestamp with time zone not null,
  keys text[] collate "C" not null,
  pinyin text collate "C" not null,
  initials text collate "C" not null,
  constraint order_search_pkey PRIMARY KEY (district_id, order_id),
  constraint order_search_district_id_order_id_fkey FOREIGN KEY (district_id, order_id) REFERENCES service_order(district_id, id)
);
CREATE INDEX order_search_by_key ON public.order_search USING gin (keys, pinyin gin_trgm_ops, initials gin_trgm_ops) WITH (gin_pending_list_limit='512');
CREATE INDEX order_search_by_placing ON public.order_search USING btree (district_id, placed_at, order_id);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table order_transition (
  district_id integer not null,
  id uuid not null,
  order_id uuid not null,
  version integer not null,
  move text not null,
  from_state text not null,
  to_state text not null,
  at timestamp with time zone not null,
  actor_kind text not null,
  actor_id uuid,
  reason_code text,
  reason text,
  responsible_unit_id uuid not null,
  due_at timestamp with time zone not null,
  details jsonb not null default '{}'::jsonb,
  constraint order_transition_pkey PRIMARY KEY (district_id, id),
  constraint one_transition_per_version UNIQUE (district_id, order_id, version),
  constraint order_transition_district_id_order_id_fkey FOREIGN KEY (district_id, order_id) REFERENCES service_order(district_id, id),
  constraint order_transition_move_from_state_to_state_fkey FOREIGN KEY (move, from_state, to_state) REFERENCES order_move(move, from_state, to_state)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table person (
  district_id integer not null,
  id uuid not null,
  name text,
  phone_cipher bytea,
  phone_index bytea,
  id_number_cipher bytea,
  id_number_index bytea,
  home_unit_id uuid,
  locale text not null default 'zh-CN'::text,
  elder_mode boolean not null default false,
  created_at timestamp with time zone not null,
  version integer not null default 1,
  birth_date_cipher bytea,
  sex_code smallint,
  erased_at timestamp with time zone,
  merged_into uuid,
  constraint person_pkey PRIMARY KEY (district_id, id),
  constraint one_person_per_phone UNIQUE (district_id, phone_index),
  constraint person_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint person_district_id_home_unit_id_fkey FOREIGN KEY (district_id, home_unit_id) REFERENCES unit(district_id, id),
  constraint person_merged_into_fkey FOREIGN KEY (district_id, merged_into) REFERENCES person(district_id, id) NOT VALID,
  constraint an_erased_person_has_no_personal_data CHECK (((erased_at IS NULL) OR ((name IS NULL) AND (phone_cipher IS NULL) AND (phone_index IS NULL) AND (id_number_cipher IS NULL) AND (id_number_index IS NULL) AND (birth_date_cipher IS NULL) AND (sex_code IS NULL) AND (home_unit_id IS NULL)))) NOT VALID,
  constraint nobody_is_merged_into_oneself CHECK ((merged_into <> id)) NOT VALID,
  constraint person_locale_check CHECK ((locale = ANY (ARRAY['zh-CN'::text, 'en'::text]))),
  constraint person_sex_code_check CHECK ((sex_code = ANY (ARRAY[1, 2])))
);
CREATE INDEX person_by_id_number ON public.person USING btree (district_id, id_number_index) WHERE (id_number_index IS NOT NULL);
CREATE INDEX person_merged ON public.person USING btree (district_id, merged_into) WHERE (merged_into IS NOT NULL);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table person_link (
  district_id integer not null,
  id uuid not null,
  kind text not null,
  from_id uuid not null,
  to_phone_cipher bytea,
  to_phone_index bytea,
  to_id uuid,
  relation text not null,
  state text not null,
  asked_at timestamp with time zone not null,
  answered_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint person_link_pkey PRIMARY KEY (district_id, id),
  constraint person_link_district_id_from_id_fkey FOREIGN KEY (district_id, from_id) REFERENCES person(district_id, id),
  constraint person_link_district_id_to_id_fkey FOREIGN KEY (district_id, to_id) REFERENCES person(district_id, id),
  constraint a_confirmed_link_names_both CHECK (((state <> 'confirmed'::text) OR (to_id IS NOT NULL))),
  constraint nobody_is_linked_to_oneself CHECK ((to_id IS DISTINCT FROM from_id)),
  constraint person_link_kind_check CHECK ((kind = ANY (ARRAY['household'::text, 'guardian'::text]))),
  constraint person_link_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'confirmed'::text, 'declined'::text, 'ended'::text])))
);
CREATE UNIQUE INDEX one_confirmed_link_per_pair ON public.person_link USING btree (district_id, kind, LEAST(from_id, to_id), GREATEST(from_id, to_id)) WHERE (state = 'confirmed'::text);
CREATE UNIQUE INDEX one_open_question_per_phone ON public.person_link USING btree (district_id, from_id, kind, to_phone_index) WHERE (state = 'asked'::text);
CREATE INDEX person_link_by_asked ON public.person_link USING btree (district_id, to_id) WHERE (to_id IS NOT NULL);
CREATE INDEX person_link_by_asker ON public.person_link USING btree (district_id, from_id);
CREATE INDEX person_link_by_phone ON public.person_link USING btree (district_id, to_phone_index) WHERE (state = 'asked'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table person_merge (
  district_id integer not null,
  id uuid not null,
  kept_id uuid not null,
  absorbed_id uuid not null,
  proof text not null,
  state text not null,
  note text not null default ''::text,
  proposed_by uuid not null,
  proposed_at timestamp with time zone not null,
  decided_by uuid,
  decided_at timestamp with time zone,
  undo_until timestamp with time zone,
  undone_at timestamp with time zone,
  moved jsonb not null default '{}'::jsonb,
  constraint person_merge_pkey PRIMARY KEY (district_id, id),
  constraint person_merge_district_id_absorbed_id_fkey FOREIGN KEY (district_id, absorbed_id) REFERENCES person(district_id, id),
  constraint person_merge_district_id_kept_id_fkey FOREIGN KEY (district_id, kept_id) REFERENCES person(district_id, id),
  constraint a_done_merge_can_be_undone_for_a_while CHECK (((state = ANY (ARRAY['done'::text, 'undone'::text])) = (undo_until IS NOT NULL))),
  constraint person_merge_proof_check CHECK ((proof = ANY (ARRAY['two-codes'::text, 'two-staff'::text]))),
  constraint person_merge_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'refused'::text, 'done'::text, 'undone'::text]))),
  constraint two_accounts_are_merged CHECK ((kept_id <> absorbed_id)),
  constraint two_staff_are_two CHECK (((proof <> 'two-staff'::text) OR (decided_by IS NULL) OR (decided_by <> proposed_by)))
);
CREATE UNIQUE INDEX one_open_merge_per_account ON public.person_merge USING btree (district_id, absorbed_id) WHERE (state = ANY (ARRAY['proposed'::text, 'done'::text]));
CREATE INDEX person_merge_by_kept ON public.person_merge USING btree (district_id, kept_id);
CREATE INDEX person_merge_by_time ON public.person_merge USING btree (district_id, proposed_at);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table plan (
  district_id integer not null,
  id uuid not null,
  unit_id uuid not null,
  title text not null,
  kind text not null,
  based_on_id uuid,
  from_on date not null,
  until_on date not null,
  absences jsonb not null default '[]'::jsonb,
  weights jsonb not null,
  seed integer not null,
  seconds_max integer not null,
  state text not null,
  version integer not null default 1,
  is_cancel_asked boolean not null default false,
  claim uuid,
  claimed_until timestamp with time zone,
  attempts integer not null default 0,
  progress jsonb,
  input bytea,
  input_hash bytea,
  engine text,
  cost jsonb,
  bound double precision,
  fairness jsonb,
  trace jsonb,
  failure text,
  created_by uuid not null,
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  published_by uuid,
  published_at timestamp with time zone,
  constraint plan_pkey PRIMARY KEY (district_id, id),
  constraint plan_district_id_based_on_id_fkey FOREIGN KEY (district_id, based_on_id) REFERENCES plan(district_id, id),
  constraint plan_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint a_failed_plan_says_why CHECK (((state = 'failed'::text) <= (failure IS NOT NULL))),
  constraint a_plan_has_days CHECK (((until_on >= from_on) AND (until_on <= (from_on + 41)))),
  constraint a_published_plan_says_by_whom CHECK (((state = 'published'::text) = ((published_by IS NOT NULL) AND (published_at IS NOT NULL)))),
  constraint a_ready_plan_has_its_input CHECK (((state = ANY (ARRAY['ready'::text, 'published'::text])) <= ((input IS NOT NULL) AND (input_hash IS NOT NULL) AND (cost IS NOT NULL)))),
  constraint a_running_plan_is_claimed CHECK (((state = 'running'::text) <= ((claim IS NOT NULL) AND (claimed_until IS NOT NULL)))),
  constraint plan_kind_check CHECK ((kind = ANY (ARRAY['plan'::text, 'what-if'::text, 're-plan'::text]))),
  constraint plan_seconds_max_check CHECK (((seconds_max >= 1) AND (seconds_max <= 600))),
  constraint plan_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'ready'::text, 'failed'::text, 'cancelled'::text, 'published'::text])))
);
CREATE INDEX plan_by_time ON public.plan USING btree (district_id, created_at DESC, id DESC);
CREATE INDEX plan_that_waits ON public.plan USING btree (district_id, created_at) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table plan_unserved (
  district_id integer not null,
  plan_id uuid not null,
  order_id uuid not null,
  rejections jsonb not null,
  relaxation jsonb,
  was jsonb,
  constraint plan_unserved_pkey PRIMARY KEY (district_id, plan_id, order_id),
  constraint plan_unserved_district_id_plan_id_fkey FOREIGN KEY (district_id, plan_id) REFERENCES plan(district_id, id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select, update to huiyin_app;

table plan_visit (
  district_id integer not null,
  plan_id uuid not null,
  order_id uuid not null,
  provider_kind text not null,
  provider_id uuid not null,
  crew integer not null,
  day date not null,
  position integer not null,
  starts_minute integer not null,
  ends_minute integer not null,
  parts jsonb not null,
  is_pinned boolean not null,
  was jsonb,
  outcome text,
  vehicle_id uuid,
  constraint plan_visit_pkey PRIMARY KEY (district_id, plan_id, order_id),
  constraint plan_visit_district_id_plan_id_fkey FOREIGN KEY (district_id, plan_id) REFERENCES plan(district_id, id),
  constraint the_vehicle_is_known FOREIGN KEY (district_id, vehicle_id) REFERENCES shared_vehicle(district_id, id) NOT VALID,
  constraint a_visit_takes_time CHECK ((ends_minute >= starts_minute)),
  constraint plan_visit_crew_check CHECK ((crew >= 1)),
  constraint plan_visit_ends_minute_check CHECK (((ends_minute >= 0) AND (ends_minute <= 1440))),
  constraint plan_visit_position_check CHECK (("position" >= 0)),
  constraint plan_visit_provider_kind_check CHECK ((provider_kind = ANY (ARRAY['agency'::text, 'team'::text]))),
  constraint plan_visit_starts_minute_check CHECK (((starts_minute >= 0) AND (starts_minute <= 1440)))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select, update to huiyin_app;

table planning_weights (
  district_id integer not null,
  id uuid not null,
  weights jsonb not null,
  valid_from date not null,
  valid_until date,
  set_by uuid,
  set_at timestamp with time zone not null,
  constraint planning_weights_pkey PRIMARY KEY (district_id, id),
  constraint planning_weights_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint one_set_of_weights_at_a_time EXCLUDE USING gist (district_id WITH =, daterange(valid_from, valid_until, '[)'::text) WITH &&),
  constraint weights_are_not_empty CHECK (((valid_until IS NULL) OR (valid_until > valid_from)))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table points_rule (
  district_id integer not null,
  id uuid not null,
  kind text not null,
  points_per_hour integer not null,
  points_per_day_max integer not null,
  valid_from date not null,
  valid_until date,
  constraint points_rule_pkey PRIMARY KEY (district_id, id),
  constraint points_rule_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint one_points_rule_at_a_time EXCLUDE USING gist (district_id WITH =, kind WITH =, daterange(valid_from, valid_until, '[)'::text) WITH &&),
  constraint points_rule_kind_check CHECK ((kind = 'order-award'::text)),
  constraint points_rule_points_per_day_max_check CHECK ((points_per_day_max > 0)),
  constraint points_rule_points_per_hour_check CHECK ((points_per_hour >= 0))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table provider_calendar (
  district_id integer not null,
  id uuid not null,
  team_id uuid,
  agency_id uuid,
  crews integer,
  crew_size integer,
  visits_per_day_max integer,
  minutes_per_day_max integer,
  minutes_per_week_max integer,
  speed_class text,
  vehicle text,
  version integer not null default 1,
  constraint provider_calendar_pkey PRIMARY KEY (district_id, id),
  constraint one_calendar_per_agency UNIQUE (district_id, agency_id),
  constraint one_calendar_per_team UNIQUE (district_id, team_id),
  constraint provider_calendar_district_id_agency_id_fkey FOREIGN KEY (district_id, agency_id) REFERENCES unit(district_id, id),
  constraint provider_calendar_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint provider_calendar_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id),
  constraint a_calendar_has_one_owner CHECK ((num_nonnulls(team_id, agency_id) = 1)),
  constraint provider_calendar_crew_size_check CHECK (((crew_size >= 1) AND (crew_size <= 200))),
  constraint provider_calendar_crews_check CHECK (((crews >= 1) AND (crews <= 50))),
  constraint provider_calendar_minutes_per_day_max_check CHECK (((minutes_per_day_max >= 15) AND (minutes_per_day_max <= 1440))),
  constraint provider_calendar_minutes_per_week_max_check CHECK (((minutes_per_week_max >= 15) AND (minutes_per_week_max <= 100000))),
  constraint provider_calendar_speed_class_check CHECK ((speed_class = ANY (ARRAY['walk'::text, 'cycle'::text, 'drive'::text]))),
  constraint provider_calendar_visits_per_day_max_check CHECK (((visits_per_day_max >= 1) AND (visits_per_day_max <= 200)))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table provider_exception (
  district_id integer not null,
  id uuid not null,
  calendar_id uuid not null,
  kind text not null,
  from_on date not null,
  until_on date not null,
  from_minute integer,
  until_minute integer,
  note text not null default ''::text,
  set_by uuid,
  set_at timestamp with time zone not null,
  constraint provider_exception_pkey PRIMARY KEY (district_id, id),
  constraint provider_exception_district_id_calendar_id_fkey FOREIGN KEY (district_id, calendar_id) REFERENCES provider_calendar(district_id, id),
  constraint an_exception_has_both_hours CHECK (((from_minute IS NULL) = (until_minute IS NULL))),
  constraint an_exception_has_days CHECK (((until_on > from_on) AND (until_on <= (from_on + 366)))),
  constraint leave_is_of_whole_days CHECK (((kind <> 'leave'::text) OR (from_minute IS NULL))),
  constraint provider_exception_from_minute_check CHECK ((from_minute >= 0)),
  constraint provider_exception_kind_check CHECK ((kind = ANY (ARRAY['closed'::text, 'open'::text, 'leave'::text]))),
  constraint provider_exception_until_minute_check CHECK ((until_minute <= 1440)),
  constraint the_hours_of_an_exception_are_not_empty CHECK ((until_minute > from_minute))
);
CREATE INDEX provider_exception_by_calendar ON public.provider_exception USING btree (district_id, calendar_id, until_on);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select to huiyin_app;

table provider_hours (
  district_id integer not null,
  calendar_id uuid not null,
  weekday integer not null,
  from_minute integer not null,
  until_minute integer not null,
  constraint provider_hours_pkey PRIMARY KEY (district_id, calendar_id, weekday, from_minute),
  constraint provider_hours_district_id_calendar_id_fkey FOREIGN KEY (district_id, calendar_id) REFERENCES provider_calendar(district_id, id),
  constraint hours_do_not_overlap EXCLUDE USING gist (district_id WITH =, calendar_id WITH =, weekday WITH =, int4range(from_minute, until_minute) WITH &&),
  constraint hours_are_not_empty CHECK ((until_minute > from_minute)),
  constraint provider_hours_from_minute_check CHECK ((from_minute >= 0)),
  constraint provider_hours_until_minute_check CHECK ((until_minute <= 1440)),
  constraint provider_hours_weekday_check CHECK (((weekday >= 1) AND (weekday <= 7)))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select to huiyin_app;

table rate_bucket (
  district_id integer not null,
  key text collate "C" not null,
  tokens double precision not null,
  updated_at timestamp with time zone not null default clock_timestamp(),
  constraint rate_bucket_pkey PRIMARY KEY (district_id, key)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select, update to huiyin_app;

table rate_day (
  district_id integer not null,
  scope text not null,
  organisation_id uuid not null,
  day date not null,
  outcome text not null,
  orders integer not null,
  contacted integer not null,
  contacted_in_time integer not null,
  heard integer not null,
  solved integer not null,
  unheard integer not null,
  stars_1 integer not null,
  stars_2 integer not null,
  stars_3 integer not null,
  stars_4 integer not null,
  stars_5 integer not null,
  constraint rate_day_pkey PRIMARY KEY (district_id, scope, organisation_id, day, outcome),
  constraint rate_day_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint rate_day_scope_check CHECK ((scope = ANY (ARRAY['district'::text, 'unit'::text, 'provider'::text])))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table rate_entry (
  district_id integer not null,
  order_id uuid not null,
  day date not null,
  unit_id uuid not null,
  provider_id uuid,
  outcome text,
  is_closed boolean not null,
  responded boolean,
  solved boolean,
  stars integer,
  constraint rate_entry_pkey PRIMARY KEY (district_id, order_id),
  constraint rate_entry_district_id_order_id_fkey FOREIGN KEY (district_id, order_id) REFERENCES service_order(district_id, id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table rate_formula (
  district_id integer not null,
  id uuid not null,
  version integer not null,
  response_weight numeric not null,
  resolution_weight numeric not null,
  satisfaction_weight numeric not null,
  satisfied_from_stars integer not null,
  excluded_outcomes text[] not null,
  sample_percent integer not null,
  valid_from date not null,
  valid_until date,
  constraint rate_formula_pkey PRIMARY KEY (district_id, id),
  constraint rate_formula_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint one_formula_at_a_time EXCLUDE USING gist (district_id WITH =, daterange(valid_from, valid_until, '[)'::text) WITH &&),
  constraint rate_formula_sample_percent_check CHECK (((sample_percent >= 0) AND (sample_percent <= 100))),
  constraint rate_formula_satisfied_from_stars_check CHECK (((satisfied_from_stars >= 1) AND (satisfied_from_stars <= 5))),
  constraint weights_sum_to_one CHECK ((((response_weight + resolution_weight) + satisfaction_weight) = (1)::numeric))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table rate_pending (
  district_id integer not null,
  id uuid not null,
  order_id uuid not null,
  constraint rate_pending_pkey PRIMARY KEY (district_id, id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select to huiyin_app;

table record_demand (
  district_id integer not null,
  id uuid not null,
  entry_id uuid not null,
  person_id uuid not null,
  reason text not null,
  state text not null,
  next_step text,
  due_at timestamp with time zone,
  responsible_unit_id uuid not null,
  made_at timestamp with time zone not null,
  answer text,
  answered_by uuid,
  answered_at timestamp with time zone,
  constraint record_demand_pkey PRIMARY KEY (district_id, id),
  constraint record_demand_district_id_entry_id_fkey FOREIGN KEY (district_id, entry_id) REFERENCES record_entry(district_id, id),
  constraint record_demand_district_id_responsible_unit_id_fkey FOREIGN KEY (district_id, responsible_unit_id) REFERENCES unit(district_id, id),
  constraint a_record_demand_ends_with_an_answer CHECK ((((state = 'open'::text) = (answer IS NULL)) AND ((answer IS NULL) = (answered_by IS NULL)) AND ((answer IS NULL) = (answered_at IS NULL)))),
  constraint an_open_record_demand_is_nobodys_orphan CHECK ((((state = 'open'::text) = (next_step IS NOT NULL)) AND ((state = 'open'::text) = (due_at IS NOT NULL)))),
  constraint nobody_answers_their_own_record_demand CHECK ((answered_by IS DISTINCT FROM person_id)),
  constraint record_demand_next_step_check CHECK ((next_step = 'answer'::text)),
  constraint record_demand_reason_check CHECK ((reason <> ''::text)),
  constraint record_demand_state_check CHECK ((state = ANY (ARRAY['open'::text, 'corrected'::text, 'declined'::text])))
);
CREATE UNIQUE INDEX one_open_demand_per_record_entry ON public.record_demand USING btree (district_id, entry_id) WHERE (state = 'open'::text);
CREATE INDEX record_demand_by_person ON public.record_demand USING btree (district_id, person_id, made_at);
CREATE INDEX record_demand_open ON public.record_demand USING btree (district_id, responsible_unit_id, due_at) WHERE (state = 'open'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table record_entry (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  kind text not null,
  name text not null,
  content text not null default ''::text,
  minutes integer,
  giver text not null,
  day date not null,
  unit_id uuid not null,
  entered_by uuid not null,
  entered_at timestamp with time zone not null,
  corrects_id uuid,
  is_struck boolean not null default false,
  constraint record_entry_pkey PRIMARY KEY (district_id, id),
  constraint one_correction_per_record_entry UNIQUE (district_id, corrects_id),
  constraint record_entry_district_id_corrects_id_fkey FOREIGN KEY (district_id, corrects_id) REFERENCES record_entry(district_id, id),
  constraint record_entry_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES volunteer(district_id, person_id),
  constraint record_entry_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint nobody_enters_their_own_record CHECK ((entered_by <> person_id)),
  constraint only_trainings_have_hours CHECK (((kind = 'training'::text) OR (minutes IS NULL))),
  constraint only_what_was_entered_is_struck CHECK (((corrects_id IS NOT NULL) OR (NOT is_struck))),
  constraint record_entry_kind_check CHECK ((kind = ANY (ARRAY['training'::text, 'commendation'::text]))),
  constraint record_entry_minutes_check CHECK (((minutes >= 1) AND (minutes <= 100000)))
);
CREATE INDEX record_entry_by_person ON public.record_entry USING btree (district_id, person_id, day);
CREATE INDEX record_entry_by_unit ON public.record_entry USING btree (district_id, unit_id, entered_at);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table record_evaluation (
  district_id integer not null,
  order_id uuid not null,
  person_id uuid not null,
  order_number text not null,
  unit_id uuid not null,
  stars integer not null,
  solved boolean not null,
  at timestamp with time zone not null,
  constraint record_evaluation_pkey PRIMARY KEY (district_id, order_id, person_id),
  constraint record_evaluation_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES volunteer(district_id, person_id),
  constraint record_evaluation_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint record_evaluation_stars_check CHECK (((stars >= 1) AND (stars <= 5)))
);
CREATE INDEX record_evaluation_by_person ON public.record_evaluation USING btree (district_id, person_id, at);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table record_rule (
  district_id integer not null,
  id uuid not null,
  notice_days integer not null,
  notice_counts_working_days boolean not null,
  prepare_working_days integer not null,
  sign_working_days integer not null,
  answer_working_days integer not null,
  valid_from date not null,
  valid_until date,
  constraint record_rule_pkey PRIMARY KEY (district_id, id),
  constraint record_rule_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint one_record_rule_at_a_time EXCLUDE USING gist (district_id WITH =, daterange(valid_from, valid_until, '[)'::text) WITH &&),
  constraint record_rule_answer_working_days_check CHECK (((answer_working_days >= 1) AND (answer_working_days <= 60))),
  constraint record_rule_notice_days_check CHECK (((notice_days >= 1) AND (notice_days <= 60))),
  constraint record_rule_prepare_working_days_check CHECK (((prepare_working_days >= 1) AND (prepare_working_days <= 60))),
  constraint record_rule_sign_working_days_check CHECK (((sign_working_days >= 1) AND (sign_working_days <= 60)))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table reference_stamp (
  district_id integer not null,
  stamp uuid not null default gen_random_uuid(),
  constraint reference_stamp_pkey PRIMARY KEY (district_id),
  constraint reference_stamp_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table role_grant (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  role text not null,
  unit_id uuid not null,
  granted_by uuid,
  granted_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint role_grant_pkey PRIMARY KEY (district_id, id),
  constraint role_grant_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES person(district_id, id),
  constraint role_grant_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id)
);
CREATE UNIQUE INDEX one_open_grant_per_role_and_unit ON public.role_grant USING btree (district_id, person_id, role, unit_id) WHERE (ended_at IS NULL);
CREATE INDEX role_grant_by_unit ON public.role_grant USING btree (district_id, unit_id) WHERE (ended_at IS NULL);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table schema_migration (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  constraint schema_migration_pkey PRIMARY KEY (name)
);
row security off;
grant select to huiyin_app;

table service_kind (
  district_id integer not null,
  id uuid not null,
  slug text not null,
  name text not null,
  name_en text not null,
  counts boolean not null,
  position integer not null,
  valid_from date not null,
  valid_until date,
  constraint service_kind_pkey PRIMARY KEY (district_id, id),
  constraint service_kind_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint one_meaning_of_a_service_kind_at_a_time EXCLUDE USING gist (district_id WITH =, slug WITH =, daterange(valid_from, valid_until, '[)'::text) WITH &&)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table service_order (
  district_id integer not null,
  id uuid not null,
  number text not null,
  state text not null,
  outcome text,
  outcome_reason text,
  merged_into_id uuid,
  channel text not null,
  urgency text not null default 'normal'::text,
  placed_by uuid,
  requester_id uuid,
  contact_name text not null,
  contact_phone_cipher bytea not null,
  contact_phone_index bytea not null,
  call_back_phone_cipher bytea,
  proxy_relation text,
  consent_given boolean not null default false,
  read_back_at timestamp with time zone,
  locale text not null default 'zh-CN'::text,
  unit_id uuid not null,
  address_cipher bytea,
  category_id uuid not null,
  offering_id uuid,
  title text not null,
  details text not null default ''::text,
  target_group text not null default 'all'::text,
  headcount integer not null,
  actual_headcount integer,
  venue text not null default ''::text,
  window_from timestamp with time zone,
  window_until timestamp with time zone,
  risks text[] not null default '{}'::text[],
  agreement_triggers text[] not null default '{}'::text[],
  agreement_at timestamp with time zone,
  insurance_confirmed_at timestamp with time zone,
  quota_month date,
  responsible_unit_id uuid not null,
  due_at timestamp with time zone not null,
  next_step text not null,
  escalation_level integer not null default 0,
  is_with_leader boolean not null default false,
  returns integer not null default 0,
  reopenings integer not null default 0,
  provider_unit_id uuid,
  provider_team_id uuid,
  provider_contact_name text,
  provider_contact_phone_cipher bytea,
  scheduled_from timestamp with time zone,
  scheduled_until timestamp with time zone,
  service_started_at timestamp with time zone,
  delivered_at timestamp with time zone,
  delivery_result text,
  headcount_confirmed_at timestamp with time zone,
  review_on date,
  closing_answer_id uuid,
  closing_answer_reached boolean,
  placed_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  closed_as text,
  is_public boolean not null default false,
  version integer not null default 1,
  constraint service_order_pkey PRIMARY KEY (district_id, id),
  constraint order_number_is_unique UNIQUE (district_id, number),
  constraint service_order_district_id_category_id_fkey FOREIGN KEY (district_id, category_id) REFERENCES category(district_id, id),
  constraint service_order_district_id_id_closing_answer_id_closing_ans_fkey FOREIGN KEY (district_id, id, closing_answer_id, closing_answer_reached) REFERENCES order_answer(district_id, order_id, id, reached) ON UPDATE CASCADE,
  constraint service_order_district_id_merged_into_id_fkey FOREIGN KEY (district_id, merged_into_id) REFERENCES service_order(district_id, id),
  constraint service_order_district_id_offering_id_fkey FOREIGN KEY (district_id, offering_id) REFERENCES offering(district_id, id),
  constraint service_order_district_id_provider_team_id_fkey FOREIGN KEY (district_id, provider_team_id) REFERENCES team(district_id, id),
  constraint service_order_district_id_provider_unit_id_fkey FOREIGN KEY (district_id, provider_unit_id) REFERENCES unit(district_id, id),
  constraint service_order_district_id_requester_id_fkey FOREIGN KEY (district_id, requester_id) REFERENCES person(district_id, id),
  constraint service_order_district_id_responsible_unit_id_fkey FOREIGN KEY (district_id, responsible_unit_id) REFERENCES unit(district_id, id),
  constraint service_order_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint a_closed_order_has_an_answer_that_reached CHECK (((state = 'closed'::text) <= ((closed_at IS NOT NULL) AND (closed_as IS NOT NULL) AND (closing_answer_reached IS TRUE)))),
  constraint a_deferred_order_has_a_review_date CHECK (((state <> 'deferred'::text) OR (review_on IS NOT NULL))),
  constraint a_delivered_order_counts_people CHECK (((state <> ALL (ARRAY['delivered'::text, 'confirmed'::text, 'evaluated'::text])) OR ((delivered_at IS NOT NULL) AND (actual_headcount IS NOT NULL)))),
  constraint a_merged_order_names_the_other CHECK (((NOT (outcome IS DISTINCT FROM 'merged'::text)) = (merged_into_id IS NOT NULL))),
  constraint a_proxy_order_has_consent_and_call_back CHECK (((channel <> 'proxy'::text) OR (consent_given AND (read_back_at IS NOT NULL) AND (call_back_phone_cipher IS NOT NULL)))),
  constraint a_scheduled_order_has_a_time CHECK (((state <> ALL (ARRAY['scheduled'::text, 'in_service'::text])) OR ((scheduled_from IS NOT NULL) AND (scheduled_until > scheduled_from)))),
  constraint an_accepted_order_has_a_provider CHECK (((state <> ALL (ARRAY['accepted'::text, 'scheduled'::text, 'in_service'::text, 'delivered'::text, 'confirmed'::text, 'evaluated'::text])) OR ((num_nonnulls(provider_unit_id, provider_team_id) = 1) AND (provider_contact_name IS NOT NULL) AND (provider_contact_phone_cipher IS NOT NULL)))),
  constraint an_answer_names_itself CHECK (((closing_answer_id IS NULL) = (closing_answer_reached IS NULL))),
  constraint an_answering_order_has_an_outcome CHECK (((state <> 'answering'::text) OR (outcome IS NOT NULL))),
  constraint an_outcome_has_a_reason CHECK (((outcome IS NULL) = (outcome_reason IS NULL))),
  constraint service_order_actual_headcount_check CHECK (((actual_headcount >= 0) AND (actual_headcount <= 50000))),
  constraint service_order_channel_check CHECK ((channel = ANY (ARRAY['web'::text, 'proxy'::text, 'batch'::text, 'phone'::text, 'paper'::text]))),
  constraint service_order_closed_as_check CHECK ((closed_as = ANY (ARRAY['evaluated'::text, 'not-evaluated'::text, 'answered'::text]))),
  constraint service_order_headcount_check CHECK (((headcount >= 1) AND (headcount <= 5000))),
  constraint service_order_outcome_check CHECK ((outcome = ANY (ARRAY['rejected'::text, 'redirected'::text, 'merged'::text, 'cancelled'::text, 'cannot-do'::text]))),
  constraint service_order_reopenings_check CHECK (((reopenings >= 0) AND (reopenings <= 1))),
  constraint service_order_returns_check CHECK (((returns >= 0) AND (returns <= 2))),
  constraint service_order_urgency_check CHECK ((urgency = ANY (ARRAY['normal'::text, 'urgent'::text]))),
  constraint state_is_known CHECK ((state = ANY (ARRAY['submitted'::text, 'dispatching'::text, 'offered'::text, 'accepted'::text, 'scheduled'::text, 'in_service'::text, 'delivered'::text, 'confirmed'::text, 'evaluated'::text, 'answering'::text, 'deferred'::text, 'closed'::text]))),
  constraint window_is_not_empty CHECK ((window_until > window_from))
);
CREATE INDEX order_by_category ON public.service_order USING btree (district_id, category_id, placed_at, id);
CREATE INDEX order_by_contact ON public.service_order USING btree (district_id, contact_phone_index, placed_at, id);
CREATE INDEX order_by_placing ON public.service_order USING btree (district_id, placed_at, id);
CREATE INDEX order_by_provider_team ON public.service_order USING btree (district_id, provider_team_id, placed_at, id) WHERE (provider_team_id IS NOT NULL);
CREATE INDEX order_by_provider_unit ON public.service_order USING btree (district_id, provider_unit_id, placed_at, id) WHERE (provider_unit_id IS NOT NULL);
CREATE INDEX order_by_requester ON public.service_order USING btree (district_id, requester_id, placed_at, id) WHERE (requester_id IS NOT NULL);
CREATE INDEX order_by_responsible_unit ON public.service_order USING btree (district_id, responsible_unit_id, placed_at, id);
CREATE INDEX order_by_unit ON public.service_order USING btree (district_id, unit_id, placed_at, id);
CREATE INDEX order_closed_by_due ON public.service_order USING btree (district_id, due_at, id) WHERE (state = 'closed'::text);
CREATE INDEX order_due ON public.service_order USING btree (district_id, due_at, id) INCLUDE (state, unit_id, responsible_unit_id) WHERE (state <> 'closed'::text);
CREATE INDEX order_in_hand_of_team ON public.service_order USING btree (district_id, provider_team_id, placed_at, id) WHERE ((provider_team_id IS NOT NULL) AND (state = ANY (ARRAY['accepted'::text, 'scheduled'::text, 'in_service'::text, 'delivered'::text])));
CREATE INDEX order_in_hand_of_unit ON public.service_order USING btree (district_id, provider_unit_id, placed_at, id) WHERE ((provider_unit_id IS NOT NULL) AND (state = ANY (ARRAY['accepted'::text, 'scheduled'::text, 'in_service'::text, 'delivered'::text])));
CREATE INDEX order_open_by_placing ON public.service_order USING btree (district_id, placed_at, id) WHERE (state <> 'closed'::text);
CREATE INDEX order_queue ON public.service_order USING btree (district_id, responsible_unit_id, due_at, id) WHERE (state <> 'closed'::text);
CREATE INDEX order_queue_of_village ON public.service_order USING btree (district_id, unit_id, due_at, id) WHERE (state <> 'closed'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table session (
  district_id integer not null,
  token_hash bytea not null,
  person_id uuid not null,
  kind text not null,
  created_at timestamp with time zone not null default now(),
  seen_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint session_pkey PRIMARY KEY (district_id, token_hash),
  constraint session_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint session_kind_check CHECK ((kind = ANY (ARRAY['resident'::text, 'staff'::text])))
);
CREATE INDEX session_by_person ON public.session USING btree (district_id, person_id);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select, update to huiyin_app;

table session_message (
  district_id integer not null,
  id uuid not null,
  session_id uuid not null,
  text text not null,
  sent_by uuid not null,
  sent_at timestamp with time zone not null,
  recipients integer not null,
  constraint session_message_pkey PRIMARY KEY (district_id, id),
  constraint session_message_district_id_session_id_fkey FOREIGN KEY (district_id, session_id) REFERENCES activity_session(district_id, id)
);
CREATE INDEX session_message_by_session ON public.session_message USING btree (district_id, session_id, sent_at);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table session_role (
  district_id integer not null,
  id uuid not null,
  session_id uuid not null,
  name text not null,
  needed integer not null,
  taken integer not null default 0,
  skills text[] not null default '{}'::text[],
  licences text[] not null default '{}'::text[],
  age_min integer,
  constraint session_role_pkey PRIMARY KEY (district_id, id),
  constraint one_role_per_name UNIQUE (district_id, session_id, name),
  constraint session_role_district_id_session_id_fkey FOREIGN KEY (district_id, session_id) REFERENCES activity_session(district_id, id),
  constraint a_role_is_not_overfilled CHECK (((taken >= 0) AND (taken <= needed))),
  constraint session_role_age_min_check CHECK (((age_min >= 0) AND (age_min <= 120))),
  constraint session_role_needed_check CHECK (((needed >= 1) AND (needed <= 5000)))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table shared_vehicle (
  district_id integer not null,
  id uuid not null,
  name text not null,
  count integer not null,
  weekdays integer[] not null,
  valid_from date not null,
  valid_until date,
  set_by uuid not null,
  set_at timestamp with time zone not null,
  constraint shared_vehicle_pkey PRIMARY KEY (district_id, id),
  constraint shared_vehicle_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint a_vehicle_ends_after_it_began CHECK (((valid_until IS NULL) OR (valid_until >= valid_from))),
  constraint a_vehicle_has_a_name CHECK ((name <> ''::text)),
  constraint a_vehicle_runs_on_some_day CHECK ((((cardinality(weekdays) >= 1) AND (cardinality(weekdays) <= 7)) AND (weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7]))),
  constraint shared_vehicle_count_check CHECK (((count >= 1) AND (count <= 100)))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select, update to huiyin_app;

table sign_up (
  district_id integer not null,
  id uuid not null,
  session_id uuid not null,
  role_id uuid not null,
  person_id uuid not null,
  state text not null,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  offer_until timestamp with time zone,
  constraint sign_up_pkey PRIMARY KEY (district_id, id),
  constraint sign_up_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES volunteer(district_id, person_id),
  constraint sign_up_district_id_role_id_fkey FOREIGN KEY (district_id, role_id) REFERENCES session_role(district_id, id),
  constraint sign_up_district_id_session_id_fkey FOREIGN KEY (district_id, session_id) REFERENCES activity_session(district_id, id),
  constraint an_offered_place_has_a_deadline CHECK (((state = 'offered'::text) = (offer_until IS NOT NULL))),
  constraint sign_up_state_check CHECK ((state = ANY (ARRAY['signed-up'::text, 'waiting'::text, 'offered'::text, 'withdrawn'::text, 'lapsed'::text, 'cancelled'::text])))
);
CREATE UNIQUE INDEX one_sign_up_per_person_and_session ON public.sign_up USING btree (district_id, session_id, person_id) WHERE (state = ANY (ARRAY['signed-up'::text, 'waiting'::text, 'offered'::text]));
CREATE INDEX sign_up_by_person ON public.sign_up USING btree (district_id, person_id, created_at);
CREATE INDEX sign_up_offers_due ON public.sign_up USING btree (district_id, offer_until) WHERE (state = 'offered'::text);
CREATE INDEX sign_up_waiting ON public.sign_up USING btree (district_id, role_id, created_at, id) WHERE (state = 'waiting'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table sla_limit (
  district_id integer not null,
  id uuid not null,
  step text not null,
  urgency text not null,
  working_minutes integer not null,
  valid_from date not null,
  valid_until date,
  constraint sla_limit_pkey PRIMARY KEY (district_id, id),
  constraint sla_limit_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint one_limit_at_a_time EXCLUDE USING gist (district_id WITH =, step WITH =, urgency WITH =, daterange(valid_from, valid_until, '[)'::text) WITH &&),
  constraint sla_limit_urgency_check CHECK ((urgency = ANY (ARRAY['normal'::text, 'urgent'::text]))),
  constraint sla_limit_working_minutes_check CHECK ((working_minutes > 0))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table staff_account (
  district_id integer not null,
  person_id uuid not null,
  login text not null,
  password_hash text,
  totp_cipher bytea,
  totp_last_step bigint,
  failed_attempts integer not null default 0,
  locked_until timestamp with time zone,
  disabled_at timestamp with time zone,
  constraint staff_account_pkey PRIMARY KEY (district_id, person_id),
  constraint one_account_per_login UNIQUE (district_id, login),
  constraint staff_account_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES person(district_id, id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table staff_invitation (
  district_id integer not null,
  id uuid not null,
  token_hash bytea not null,
  person_id uuid not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint staff_invitation_pkey PRIMARY KEY (district_id, id),
  constraint one_invitation_per_token UNIQUE (district_id, token_hash),
  constraint staff_invitation_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES person(district_id, id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table staff_phone (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  phone_cipher bytea not null,
  phone_index bytea not null,
  proved_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint staff_phone_pkey PRIMARY KEY (district_id, id),
  constraint staff_phone_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES staff_account(district_id, person_id),
  constraint a_proved_phone_ends_after_it_began CHECK (((ended_at IS NULL) OR (ended_at >= proved_at)))
);
CREATE UNIQUE INDEX one_own_phone_per_staff_account ON public.staff_phone USING btree (district_id, person_id) WHERE (ended_at IS NULL);
CREATE INDEX staff_phone_by_phone ON public.staff_phone USING btree (district_id, phone_index);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table stored_file (
  district_id integer not null,
  id uuid not null,
  key text not null,
  media_type text not null,
  bytes integer not null,
  width integer not null,
  height integer not null,
  uploaded_by uuid,
  created_at timestamp with time zone not null default now(),
  constraint stored_file_pkey PRIMARY KEY (district_id, id),
  constraint stored_file_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint stored_file_bytes_check CHECK ((bytes > 0))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select to huiyin_app;

table team (
  district_id integer not null,
  id uuid not null,
  name text not null,
  name_en text,
  tier text not null,
  unit_id uuid not null,
  category_slugs text[] not null default '{}'::text[],
  service_unit_ids uuid[] not null default '{}'::uuid[],
  visits_per_week_max integer not null default 10,
  insured_until date,
  founded_on date not null,
  ended_on date,
  parent_id uuid,
  family_id uuid,
  registration_type text,
  social_credit_code text,
  approving_unit_id uuid,
  join_mode text not null default 'open'::text,
  poster_epoch integer not null default 1,
  ended_reason text,
  version integer not null default 1,
  constraint team_pkey PRIMARY KEY (district_id, id),
  constraint a_family_is_known FOREIGN KEY (district_id, family_id) REFERENCES team_family(district_id, id) NOT VALID,
  constraint a_team_is_below_a_team FOREIGN KEY (district_id, parent_id) REFERENCES team(district_id, id) NOT VALID,
  constraint an_approving_unit_is_known FOREIGN KEY (district_id, approving_unit_id) REFERENCES unit(district_id, id) NOT VALID,
  constraint team_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint team_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint a_team_is_not_below_itself CHECK ((parent_id <> id)),
  constraint team_join_mode_check CHECK ((join_mode = ANY (ARRAY['open'::text, 'on-application'::text]))),
  constraint team_registration_type_check CHECK ((registration_type = ANY (ARRAY['association'::text, 'service-institution'::text, 'foundation'::text, 'filed'::text, 'community'::text]))),
  constraint team_tier_check CHECK ((tier = ANY (ARRAY['corps'::text, 'branch'::text, 'squad'::text]))),
  constraint team_visits_per_week_max_check CHECK ((visits_per_week_max > 0))
);
CREATE INDEX team_by_parent ON public.team USING btree (district_id, parent_id);
CREATE INDEX team_by_unit ON public.team USING btree (district_id, unit_id);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table team_application (
  district_id integer not null,
  id uuid not null,
  team_id uuid not null,
  person_id uuid not null,
  message text not null,
  state text not null,
  responsible_person_id uuid,
  responsible_unit_id uuid,
  due_at timestamp with time zone,
  created_at timestamp with time zone not null,
  answered_by uuid,
  answered_at timestamp with time zone,
  answer text,
  constraint team_application_pkey PRIMARY KEY (district_id, id),
  constraint team_application_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES volunteer(district_id, person_id),
  constraint team_application_district_id_responsible_person_id_fkey FOREIGN KEY (district_id, responsible_person_id) REFERENCES person(district_id, id),
  constraint team_application_district_id_responsible_unit_id_fkey FOREIGN KEY (district_id, responsible_unit_id) REFERENCES unit(district_id, id),
  constraint team_application_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id),
  constraint a_declined_application_says_why CHECK (((state <> 'declined'::text) OR (length(answer) > 0))),
  constraint one_has_to_answer_an_application CHECK (((state = 'open'::text) = ((due_at IS NOT NULL) AND (num_nonnulls(responsible_person_id, responsible_unit_id) = 1)))),
  constraint team_application_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'declined'::text, 'withdrawn'::text])))
);
CREATE UNIQUE INDEX one_open_application_per_team ON public.team_application USING btree (district_id, team_id, person_id) WHERE (state = 'open'::text);
CREATE INDEX team_application_by_person ON public.team_application USING btree (district_id, person_id, created_at DESC);
CREATE INDEX team_application_due ON public.team_application USING btree (district_id, due_at) WHERE (state = 'open'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table team_family (
  district_id integer not null,
  id uuid not null,
  slug text not null,
  slot text not null,
  name text not null,
  name_en text,
  sort integer not null default 0,
  valid_from date not null,
  valid_until date,
  constraint team_family_pkey PRIMARY KEY (district_id, id),
  constraint team_family_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint one_family_per_slug_at_a_time EXCLUDE USING gist (district_id WITH =, slug WITH =, daterange(valid_from, valid_until, '[)'::text) WITH &&),
  constraint a_family_has_days CHECK (((valid_until IS NULL) OR (valid_until > valid_from)))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table team_founding (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  unit_id uuid not null,
  name text not null,
  purpose text not null,
  category_slugs text[] not null default '{}'::text[],
  state text not null,
  responsible_unit_id uuid,
  due_at timestamp with time zone,
  created_at timestamp with time zone not null,
  answered_by uuid,
  answered_at timestamp with time zone,
  answer text,
  team_id uuid,
  constraint team_founding_pkey PRIMARY KEY (district_id, id),
  constraint team_founding_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES volunteer(district_id, person_id),
  constraint team_founding_district_id_responsible_unit_id_fkey FOREIGN KEY (district_id, responsible_unit_id) REFERENCES unit(district_id, id),
  constraint team_founding_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id),
  constraint team_founding_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint a_declined_founding_says_why CHECK (((state <> 'declined'::text) OR (length(answer) > 0))),
  constraint an_approved_founding_has_its_team CHECK (((state = 'approved'::text) = (team_id IS NOT NULL))),
  constraint one_has_to_answer_a_founding CHECK (((state = 'open'::text) = ((due_at IS NOT NULL) AND (responsible_unit_id IS NOT NULL)))),
  constraint team_founding_state_check CHECK ((state = ANY (ARRAY['open'::text, 'approved'::text, 'declined'::text, 'withdrawn'::text])))
);
CREATE UNIQUE INDEX one_open_founding_per_person ON public.team_founding USING btree (district_id, person_id) WHERE (state = 'open'::text);
CREATE INDEX team_founding_due ON public.team_founding USING btree (district_id, due_at) WHERE (state = 'open'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table team_handover (
  district_id integer not null,
  id uuid not null,
  team_id uuid not null,
  from_person_id uuid,
  to_person_id uuid not null,
  state text not null,
  due_at timestamp with time zone not null,
  created_by uuid,
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint team_handover_pkey PRIMARY KEY (district_id, id),
  constraint team_handover_district_id_from_person_id_fkey FOREIGN KEY (district_id, from_person_id) REFERENCES person(district_id, id),
  constraint team_handover_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id),
  constraint team_handover_district_id_to_person_id_fkey FOREIGN KEY (district_id, to_person_id) REFERENCES volunteer(district_id, person_id),
  constraint a_handover_ends_once CHECK (((state = 'open'::text) = (ended_at IS NULL))),
  constraint team_handover_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'declined'::text, 'withdrawn'::text, 'lapsed'::text])))
);
CREATE UNIQUE INDEX one_open_handover_per_team ON public.team_handover USING btree (district_id, team_id) WHERE (state = 'open'::text);
CREATE INDEX team_handover_due ON public.team_handover USING btree (district_id, due_at) WHERE (state = 'open'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table team_licence (
  district_id integer not null,
  team_id uuid not null,
  licence text not null,
  valid_until date,
  recorded_by uuid,
  recorded_at timestamp with time zone not null,
  constraint team_licence_pkey PRIMARY KEY (district_id, team_id, licence),
  constraint team_licence_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id)
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select to huiyin_app;

table team_member (
  district_id integer not null,
  team_id uuid not null,
  person_id uuid not null,
  role text not null,
  joined_at timestamp with time zone not null,
  left_at timestamp with time zone,
  constraint team_member_pkey PRIMARY KEY (district_id, team_id, person_id, joined_at),
  constraint team_member_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES volunteer(district_id, person_id),
  constraint team_member_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id),
  constraint team_member_role_check CHECK ((role = ANY (ARRAY['leader'::text, 'deputy'::text, 'handler'::text, 'member'::text])))
);
CREATE UNIQUE INDEX one_leader_at_a_time ON public.team_member USING btree (district_id, team_id) WHERE ((role = 'leader'::text) AND (left_at IS NULL));
CREATE UNIQUE INDEX one_membership_at_a_time ON public.team_member USING btree (district_id, team_id, person_id) WHERE (left_at IS NULL);
CREATE INDEX team_member_by_person ON public.team_member USING btree (district_id, person_id) WHERE (left_at IS NULL);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table travel_override (
  district_id integer not null,
  id uuid not null,
  from_unit_id uuid not null,
  to_unit_id uuid not null,
  minutes integer not null,
  reason text not null,
  valid_from date not null,
  valid_until date,
  set_by uuid not null,
  set_at timestamp with time zone not null,
  constraint travel_override_pkey PRIMARY KEY (district_id, id),
  constraint travel_override_district_id_from_unit_id_fkey FOREIGN KEY (district_id, from_unit_id) REFERENCES unit(district_id, id),
  constraint travel_override_district_id_to_unit_id_fkey FOREIGN KEY (district_id, to_unit_id) REFERENCES unit(district_id, id),
  constraint one_override_at_a_time EXCLUDE USING gist (district_id WITH =, from_unit_id WITH =, to_unit_id WITH =, daterange(valid_from, valid_until, '[)'::text) WITH &&),
  constraint a_way_has_two_ends CHECK ((from_unit_id < to_unit_id)),
  constraint an_override_is_not_empty CHECK (((valid_until IS NULL) OR (valid_until > valid_from))),
  constraint travel_override_minutes_check CHECK (((minutes >= 1) AND (minutes <= 600)))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select, update to huiyin_app;

table unit (
  district_id integer not null,
  id uuid not null,
  kind text not null,
  parent_id uuid,
  slug text,
  social_credit_code text,
  is_placeholder boolean not null default false,
  latitude double precision,
  longitude double precision,
  coordinate_quality text,
  coordinate_source text,
  phone text,
  constraint unit_pkey PRIMARY KEY (district_id, id),
  constraint agency_slug_is_unique UNIQUE (district_id, slug),
  constraint unit_district_id_fkey FOREIGN KEY (district_id) REFERENCES district(id),
  constraint unit_district_id_parent_id_fkey FOREIGN KEY (district_id, parent_id) REFERENCES unit(district_id, id),
  constraint coordinates_state_their_quality CHECK (((latitude IS NULL) = (coordinate_quality IS NULL))),
  constraint only_the_centre_has_no_parent CHECK (((parent_id IS NULL) = (kind = 'centre'::text))),
  constraint unit_coordinate_quality_check CHECK ((coordinate_quality = ANY (ARRAY['surveyed'::text, 'geocoded'::text, 'estimated'::text]))),
  constraint unit_kind_check CHECK ((kind = ANY (ARRAY['centre'::text, 'institute'::text, 'station'::text, 'agency'::text])))
);
CREATE UNIQUE INDEX one_centre_per_district ON public.unit USING btree (district_id) WHERE (kind = 'centre'::text);
CREATE INDEX unit_by_parent ON public.unit USING btree (district_id, parent_id);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table unit_period (
  district_id integer not null,
  unit_id uuid not null,
  code text,
  name text not null,
  name_en text,
  valid_from date not null,
  valid_until date,
  constraint unit_period_pkey PRIMARY KEY (district_id, unit_id, valid_from),
  constraint unit_period_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint one_name_at_a_time EXCLUDE USING gist (district_id WITH =, unit_id WITH =, daterange(valid_from, valid_until, '[)'::text) WITH &&),
  constraint one_unit_per_code_at_a_time EXCLUDE USING gist (district_id WITH =, code WITH =, daterange(valid_from, valid_until, '[)'::text) WITH &&),
  constraint period_is_not_empty CHECK (((valid_until IS NULL) OR (valid_until > valid_from)))
);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table unit_seal (
  district_id integer not null,
  id uuid not null,
  unit_id uuid not null,
  file_id uuid not null,
  uploaded_by uuid not null,
  uploaded_at timestamp with time zone not null,
  replaced_at timestamp with time zone,
  constraint unit_seal_pkey PRIMARY KEY (district_id, id),
  constraint unit_seal_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id)
);
CREATE UNIQUE INDEX one_seal_per_unit ON public.unit_seal USING btree (district_id, unit_id) WHERE (replaced_at IS NULL);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table vehicle_offering (
  district_id integer not null,
  vehicle_id uuid not null,
  offering_id uuid not null,
  constraint vehicle_offering_pkey PRIMARY KEY (district_id, vehicle_id, offering_id),
  constraint vehicle_offering_district_id_offering_id_fkey FOREIGN KEY (district_id, offering_id) REFERENCES offering(district_id, id),
  constraint vehicle_offering_district_id_vehicle_id_fkey FOREIGN KEY (district_id, vehicle_id) REFERENCES shared_vehicle(district_id, id)
);
CREATE INDEX vehicle_of_offering ON public.vehicle_offering USING btree (district_id, offering_id);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select to huiyin_app;

table village_pairing (
  district_id integer not null,
  id uuid not null,
  unit_id uuid not null,
  provider_unit_id uuid,
  provider_team_id uuid,
  note text not null,
  valid_from date not null,
  valid_until date,
  set_by uuid not null,
  set_at timestamp with time zone not null,
  constraint village_pairing_pkey PRIMARY KEY (district_id, id),
  constraint village_pairing_district_id_provider_team_id_fkey FOREIGN KEY (district_id, provider_team_id) REFERENCES team(district_id, id),
  constraint village_pairing_district_id_provider_unit_id_fkey FOREIGN KEY (district_id, provider_unit_id) REFERENCES unit(district_id, id),
  constraint village_pairing_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint one_pairing_at_a_time EXCLUDE USING gist (district_id WITH =, unit_id WITH =, COALESCE(provider_team_id, provider_unit_id) WITH =, daterange(valid_from, valid_until, '[)'::text) WITH &&),
  constraint a_pairing_has_one_provider CHECK ((num_nonnulls(provider_unit_id, provider_team_id) = 1)),
  constraint a_pairing_is_not_empty CHECK (((valid_until IS NULL) OR (valid_until > valid_from)))
);
CREATE INDEX pairing_of_village ON public.village_pairing USING btree (district_id, unit_id);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select, update to huiyin_app;

table volunteer (
  district_id integer not null,
  person_id uuid not null,
  registered_at timestamp with time zone not null,
  skills text[] not null default '{}'::text[],
  beijing_number text,
  insured_until date,
  service_kinds text[] not null default '{}'::text[],
  free_times jsonb not null default '[]'::jsonb,
  languages text[] not null default '{}'::text[],
  national_number text,
  political_code text,
  occupation text,
  emergency_cipher bytea,
  constraint volunteer_pkey PRIMARY KEY (district_id, person_id),
  constraint volunteer_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES person(district_id, id),
  constraint volunteer_political_code_check CHECK ((political_code ~ '^(0[1-9]|1[0-3])$'::text))
);
CREATE UNIQUE INDEX one_volunteer_per_beijing_number ON public.volunteer USING btree (district_id, beijing_number);
CREATE UNIQUE INDEX one_volunteer_per_national_number ON public.volunteer USING btree (district_id, national_number);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table volunteer_import (
  district_id integer not null,
  id uuid not null,
  unit_id uuid not null,
  team_id uuid,
  file_name text not null,
  rows_total integer not null,
  rows_taken integer not null,
  created_by uuid,
  created_at timestamp with time zone not null,
  constraint volunteer_import_pkey PRIMARY KEY (district_id, id),
  constraint volunteer_import_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id),
  constraint volunteer_import_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint volunteer_import_check CHECK (((rows_taken >= 0) AND (rows_taken <= rows_total))),
  constraint volunteer_import_rows_total_check CHECK ((rows_total >= 0))
);
CREATE INDEX volunteer_import_by_unit ON public.volunteer_import USING btree (district_id, unit_id, created_at DESC);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select to huiyin_app;

table volunteer_invitation (
  district_id integer not null,
  id uuid not null,
  import_id uuid not null,
  unit_id uuid not null,
  team_id uuid,
  phone_cipher bytea,
  phone_index bytea,
  facts_cipher bytea,
  state text not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint volunteer_invitation_pkey PRIMARY KEY (district_id, id),
  constraint volunteer_invitation_district_id_import_id_fkey FOREIGN KEY (district_id, import_id) REFERENCES volunteer_import(district_id, id),
  constraint volunteer_invitation_district_id_team_id_fkey FOREIGN KEY (district_id, team_id) REFERENCES team(district_id, id),
  constraint volunteer_invitation_district_id_unit_id_fkey FOREIGN KEY (district_id, unit_id) REFERENCES unit(district_id, id),
  constraint an_ended_invitation_is_erased CHECK ((((state = 'open'::text) = (ended_at IS NULL)) AND ((state = 'open'::text) = (num_nonnulls(phone_cipher, phone_index, facts_cipher) = 3)) AND ((state = 'open'::text) OR (num_nonnulls(phone_cipher, phone_index, facts_cipher) = 0)))),
  constraint volunteer_invitation_state_check CHECK ((state = ANY (ARRAY['open'::text, 'claimed'::text, 'declined'::text, 'expired'::text])))
);
CREATE UNIQUE INDEX one_open_invitation_per_phone ON public.volunteer_invitation USING btree (district_id, phone_index, unit_id, COALESCE(team_id, '00000000-0000-0000-0000-000000000000'::uuid)) WHERE (state = 'open'::text);
CREATE INDEX volunteer_invitation_by_import ON public.volunteer_invitation USING btree (district_id, import_id);
CREATE INDEX volunteer_invitation_due ON public.volunteer_invitation USING btree (district_id, expires_at) WHERE (state = 'open'::text);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant insert, select, update to huiyin_app;

table volunteer_licence (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  kind text not null,
  issuer text not null,
  proof_number_cipher bytea not null,
  valid_until date,
  added_at timestamp with time zone not null,
  removed_at timestamp with time zone,
  constraint volunteer_licence_pkey PRIMARY KEY (district_id, id),
  constraint volunteer_licence_district_id_person_id_fkey FOREIGN KEY (district_id, person_id) REFERENCES volunteer(district_id, person_id)
);
CREATE INDEX volunteer_licence_by_person ON public.volunteer_licence USING btree (district_id, person_id) WHERE (removed_at IS NULL);
row security enabled, forced;
policy of_this_district for all using (district_id = ( SELECT (current_setting('app.district'::text))::integer AS current_setting));
grant delete, insert, select, update to huiyin_app;

CREATE OR REPLACE FUNCTION public.huiyin_now()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
AS $function$ select now() + (select shift from clock_shift) $function$;

CREATE OR REPLACE FUNCTION public.huiyin_protect(target regclass, verbs text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy of_this_district on %s using (district_id = (select current_setting(''app.district'')::int))',
    target);
  execute format('grant %s on %s to huiyin_app', verbs, target);
end $function$;

CREATE OR REPLACE FUNCTION public.idempotency_begin(p_district integer, p_actor_key text, p_client_id uuid, p_fingerprint bytea)
 RETURNS TABLE(outcome text, status integer, body jsonb)
 LANGUAGE plpgsql
AS $function$
declare stored idempotency%rowtype;
begin
  outcome := 'busy';
  -- A statement of its own after the lock, so that it sees what was committed while the lock was another's.
  if pg_try_advisory_xact_lock(hashtextextended(p_actor_key || ' ' || p_client_id::text, p_district)) then
    select * into stored from idempotency i
     where i.district_id = p_district and i.actor_key = p_actor_key and i.client_id = p_client_id;
    if not found then outcome := 'fresh';
    elsif stored.fingerprint <> p_fingerprint then outcome := 'mismatch';
    else
      outcome := 'replay';
      status := stored.status;
      body := stored.body;
    end if;
  end if;
  return next;
end $function$;

CREATE OR REPLACE FUNCTION public.rate_take(p_district integer, p_key text, p_capacity double precision, p_refill_seconds double precision)
 RETURNS double precision
 LANGUAGE plpgsql
AS $function$
declare left_over double precision;
begin
  insert into rate_bucket as b (district_id, key, tokens, updated_at)
  values (p_district, p_key, p_capacity - 1, clock_timestamp())
  on conflict (district_id, key) do update set
    tokens = least(p_capacity, b.tokens + extract(epoch from clock_timestamp() - b.updated_at) * p_capacity / p_refill_seconds) - 1,
    updated_at = clock_timestamp()
  where least(p_capacity, b.tokens + extract(epoch from clock_timestamp() - b.updated_at) * p_capacity / p_refill_seconds) >= 1
  returning tokens into left_over;
  if found then return 0; end if;
  return (select (1 - least(p_capacity, b.tokens + extract(epoch from clock_timestamp() - b.updated_at) * p_capacity / p_refill_seconds))
            * p_refill_seconds / p_capacity
            from rate_bucket b where b.district_id = p_district and b.key = p_key);
end $function$;

