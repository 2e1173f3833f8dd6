/** Bugs to plant, one and more for each promise: SQL that the owner runs before anybody lives in the district. */
import {
  EVERYBODY_IS_TOLD,
  FIRST_COME,
  NOBODY_WAITS_BESIDE_A_CHAIR,
  TAKEN_IS_COUNTED,
  TIME_FOLLOWS_PLACES,
  TIME_IS_PROMISED_ONCE,
} from './promises/activities.ts'
import { AUDIT_CHAIN } from './promises/audit.ts'
import { CLOCKS_IN_WORKING_TIME } from './promises/clocks.ts'
import {
  AUDITED,
  HELD_PLACES,
  MOVES_OF_THE_TABLE,
  NO_FORCED_VOLUNTEER,
  NO_GAP_IN_VERSIONS,
  NO_ORPHAN,
  NO_SILENT_CLOSE,
  ON_TIME,
  ONE_PLACE_AT_A_TIME,
} from './promises/orders.ts'
import { BY_THEMSELVES, NOTHING_PERSONAL, POINTS_ARE_MONEY } from './promises/people.ts'
import { RATES_ARE_THEIR_DEFINITIONS } from './promises/rates.ts'
import { NO_BUG, ONE_EFFECT } from './perform.ts'

export interface Plant {
  /** What is wrong. */
  readonly bug: string
  /** The promise by which it is found. */
  readonly promise: string
  readonly sql: string
  /** A seed that finds it within 30 days. */
  readonly seed: number
}

/** A trigger that changes the row on its way into a table. */
function onWrite(table: string, when: 'insert' | 'update' | 'insert or update', body: string): string {
  return `
    create function planted() returns trigger language plpgsql as $$ begin ${body} return new; end $$;
    create trigger planted before ${when} on ${table} for each row execute function planted();`
}

export const PLANTS: readonly Plant[] = [
  {
    bug: 'an order that rises loses its due time',
    promise: NO_ORPHAN,
    sql: `alter table service_order alter due_at drop not null;
      ${onWrite('service_order', 'update', `if new.escalation_level > old.escalation_level then new.due_at := null; end if;`)}`,
    seed: 3006,
  },
  {
    bug: 'a returned order has no next step that anybody takes',
    promise: NO_ORPHAN,
    sql: onWrite(
      'service_order',
      'update',
      `if old.state in ('accepted', 'scheduled') and new.state = 'dispatching' then new.next_step := 'none'; end if;`,
    ),
    seed: 1,
  },
  {
    bug: 'an answer counts as reached when it is sent',
    promise: NO_SILENT_CLOSE,
    sql: onWrite(
      'order_answer',
      'insert',
      `new.reached := true; new.reached_at := huiyin_now(); new.reached_by := 'receipt';`,
    ),
    seed: 3006,
  },
  {
    bug: 'an order that cannot be done closes at once',
    promise: NO_SILENT_CLOSE,
    sql: `alter table service_order drop constraint a_closed_order_has_an_answer_that_reached;
      ${onWrite('service_order', 'update', `if new.state = 'answering' then new.state := 'closed'; end if;`)}`,
    seed: 1,
  },
  {
    bug: 'a posting to the budget credits a point too many',
    promise: POINTS_ARE_MONEY,
    sql: onWrite(
      'ledger_account',
      'update',
      `if new.kind = 'budget' and new.credits_posted > old.credits_posted then new.credits_posted := new.credits_posted + 1; end if;`,
    ),
    seed: 1,
  },
  {
    bug: 'a repetition is taken for new',
    promise: ONE_EFFECT,
    sql: `alter table idempotency drop constraint idempotency_pkey;
      create or replace function idempotency_begin(p_district integer, p_actor_key text, p_client_id uuid, p_fingerprint bytea)
        returns table (outcome text, status integer, body jsonb) language sql as $$ select 'fresh', null::integer, null::jsonb $$;`,
    seed: 1,
  },
  {
    bug: 'a clock counts a holiday',
    promise: CLOCKS_IN_WORKING_TIME,
    sql: onWrite(
      'order_clock',
      'insert',
      `if exists (select from calendar_day d where not d.is_working and d.date between new.started_at::date and new.due_at::date)
       then new.due_at := new.due_at - interval '1 day'; end if;`,
    ),
    seed: 1,
  },
  {
    bug: 'an audit row is edited afterwards',
    promise: AUDIT_CHAIN,
    sql: `create function planted() returns trigger language plpgsql security definer as $$ begin
        if new.action = 'orders.offer' then
          update audit_event set details = '{}' where subject_id = new.subject_id and action = 'orders.dispatch';
        end if; return new; end $$;
      create trigger planted before insert on audit_event for each row execute function planted();`,
    seed: 1,
  },
  {
    bug: 'an audit row is deleted afterwards',
    promise: AUDIT_CHAIN,
    sql: `alter table audit_seal drop constraint audit_seal_district_id_event_id_fkey;
      create function planted() returns trigger language plpgsql security definer as $$ begin
        if new.action = 'orders.accept' then
          delete from audit_event e using audit_seal s where s.event_id = e.id and e.action = 'teams.create-team';
        end if; return new; end $$;
      create trigger planted before insert on audit_event for each row execute function planted();`,
    seed: 3006,
  },
  {
    bug: 'a move leaves no audit row',
    promise: AUDITED,
    sql: onWrite(
      'audit_event',
      'insert',
      `if new.action = 'orders.schedule' then new.action := 'orders.look'; end if;`,
    ),
    seed: 1,
  },
  {
    bug: 'a version is skipped',
    promise: NO_GAP_IN_VERSIONS,
    sql: onWrite(
      'service_order',
      'update',
      `if old.state = 'offered' and new.state = 'accepted' then new.version := new.version + 1; end if;`,
    ),
    seed: 1,
  },
  {
    bug: 'a move is written that the table does not know',
    promise: MOVES_OF_THE_TABLE,
    sql: `alter table order_transition drop constraint order_transition_move_from_state_to_state_fkey;
      ${onWrite('order_transition', 'insert', `if new.move = 'fall-back' then new.move := 'fall'; end if;`)}`,
    seed: 1,
  },
  {
    bug: 'the first place of a month is not counted',
    promise: HELD_PLACES,
    sql: onWrite('offering_month', 'insert', `new.taken := 0;`),
    seed: 1,
  },
  {
    bug: 'nothing keeps a person from being checked in twice',
    promise: ONE_PLACE_AT_A_TIME,
    sql: `alter table attendance drop constraint nobody_is_in_two_places_at_once,
            drop constraint one_open_attendance_per_person_and_subject;`,
    seed: 3,
  },
  {
    bug: 'a phone stands in the details of an audit row',
    promise: NOTHING_PERSONAL,
    sql: onWrite(
      'audit_event',
      'insert',
      `if new.action = 'orders.accept' then new.details := new.details || '{"phone": "13986430001"}'; end if;`,
    ),
    seed: 1,
  },
  {
    bug: 'who orders becomes a volunteer',
    promise: BY_THEMSELVES,
    sql: onWrite(
      'service_order',
      'insert',
      `if new.requester_id is not null then insert into volunteer (district_id, person_id, registered_at)
         values (new.district_id, new.requester_id, new.placed_at) on conflict do nothing; end if;`,
    ),
    seed: 1,
  },
  {
    bug: 'a team is bound like an agency',
    promise: NO_FORCED_VOLUNTEER,
    sql: `alter table order_offer drop constraint only_an_agency_is_bound;
      ${onWrite('order_offer', 'insert', `new.mode := 'bound';`)}`,
    seed: 1,
  },
  {
    bug: 'the sweep does not see a pool that nobody claimed in time',
    promise: ON_TIME,
    sql: `create policy planted on order_pool as restrictive for select
            using (closed_at is not null or deadline_at > huiyin_now() or closed_at is null and deadline_at <= opened_at);`,
    seed: 3004,
  },
  {
    bug: 'the rates do not see what was judged badly',
    promise: RATES_ARE_THEIR_DEFINITIONS,
    sql: `create policy planted on evaluation as restrictive for select using (stars > 3);`,
    seed: 3006,
  },
  {
    bug: 'an operation fails by a bug',
    promise: NO_BUG,
    sql: onWrite('attendance', 'insert', `raise exception 'planted';`),
    seed: 3001,
  },
  {
    bug: 'a place that is given back stays taken',
    promise: TAKEN_IS_COUNTED,
    sql: onWrite('session_role', 'update', `if new.taken < old.taken then new.taken := old.taken; end if;`),
    seed: 1,
  },
  {
    bug: 'a place that became free does not see who waits',
    promise: NOBODY_WAITS_BESIDE_A_CHAIR,
    sql: `create policy planted on sign_up as restrictive for select using (state <> 'waiting' or changed_at = huiyin_now());`,
    seed: 1,
  },
  {
    bug: 'who waited longest is passed over',
    promise: FIRST_COME,
    sql: `create function later(sign_up) returns boolean language sql security definer stable as $$
        select exists (select from sign_up w where w.district_id = $1.district_id and w.role_id = $1.role_id and w.state = 'waiting'
          and w.created_at > $1.created_at) $$;
      create policy planted on sign_up as restrictive for select using (state <> 'waiting' or not later(sign_up));`,
    seed: 1,
  },
  {
    bug: 'nothing keeps a person from two promises at a time',
    promise: TIME_IS_PROMISED_ONCE,
    sql: `alter table busy_range drop constraint nobody_is_promised_twice_at_a_time;`,
    seed: 1,
  },
  {
    bug: 'time stays promised after a place is given back',
    promise: TIME_FOLLOWS_PLACES,
    sql: `create function planted() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger planted before delete on busy_range for each row when (upper(old.during) > huiyin_now()) execute function planted();`,
    seed: 1,
  },
  {
    bug: 'nobody is told of a session that is called off',
    promise: EVERYBODY_IS_TOLD,
    sql: onWrite('message', 'insert', `if new.template = 'session-cancelled' then return null; end if;`),
    seed: 1,
  },
  {
    bug: 'the sweep does not see a place that nobody took in time',
    promise: ON_TIME,
    sql: `create policy planted on sign_up as restrictive for select
            using (state <> 'offered' or offer_until > huiyin_now());`,
    seed: 1,
  },
]
