/** Promises about activities, in the form of `orders.ts`: places, the waiting list, and people's time. */
export const TAKEN_IS_COUNTED = 'the places taken at a session are those that people have'
export const NOBODY_WAITS_BESIDE_A_CHAIR = 'nobody waits beside a free place'
export const FIRST_COME = 'who waited longest is asked first'
export const TIME_IS_PROMISED_ONCE = 'nobody is promised to two sessions at a time'
export const TIME_FOLLOWS_PLACES = 'who has a place holds its time, and nobody else does'
export const EVERYBODY_IS_TOLD = 'everybody is told of a session that is called off'

const titled = `(select a.title || ' on ' || s.starts_at from activity a where a.district_id = s.district_id and a.id = s.activity_id)`

export const ACTIVITY_PROMISES: readonly (readonly [promise: string, query: string])[] = [
  [
    TAKEN_IS_COUNTED,
    `select null::uuid, ${titled} || ' has ' || r.taken || ' of ' || r.needed || ' places taken, people have ' || n.held
       from session_role r join activity_session s on s.district_id = r.district_id and s.id = r.session_id and s.state = 'planned'
      cross join lateral (select count(*) as held from sign_up u where u.district_id = r.district_id and u.role_id = r.id
        and u.state in ('signed-up', 'offered')) n
      where r.district_id = $1 and (r.taken <> n.held or n.held > r.needed)`,
  ],
  [
    NOBODY_WAITS_BESIDE_A_CHAIR,
    `select null::uuid, ${titled} || ' has ' || (r.needed - n.held) || ' free places, and ' || n.waiting || ' people wait'
       from session_role r join activity_session s on s.district_id = r.district_id and s.id = r.session_id
      cross join lateral (select count(*) filter (where u.state in ('signed-up', 'offered')) as held, count(*) filter (where u.state = 'waiting') as waiting
        from sign_up u where u.district_id = r.district_id and u.role_id = r.id) n
      where r.district_id = $1 and n.waiting > 0 and (s.state <> 'planned' or (n.held < r.needed and s.starts_at > $3::timestamptz))`,
  ],
  [
    FIRST_COME,
    `select null::uuid, ${titled} || ' has a place for ' || o.changed_at || ' offered past somebody who waits since ' || w.created_at
       from sign_up o join sign_up w on w.district_id = o.district_id and w.role_id = o.role_id and w.state = 'waiting' and w.created_at < o.created_at
       join activity_session s on s.district_id = o.district_id and s.id = o.session_id
      where o.district_id = $1 and o.state = 'offered'`,
  ],
  [
    TIME_IS_PROMISED_ONCE,
    `select null::uuid, p.name || ' has places at two sessions that overlap: ' || ${titled}
       from sign_up u join activity_session s on s.district_id = u.district_id and s.id = u.session_id and s.state = 'planned'
       join sign_up v on v.district_id = u.district_id and v.person_id = u.person_id and v.state = 'signed-up' and v.session_id > u.session_id
       join activity_session t on t.district_id = v.district_id and t.id = v.session_id and t.state = 'planned'
        and tstzrange(s.starts_at, s.ends_at, '[)') && tstzrange(t.starts_at, t.ends_at, '[)')
       join person p on p.district_id = u.district_id and p.id = u.person_id
      where u.district_id = $1 and u.state = 'signed-up'`,
  ],
  [
    TIME_FOLLOWS_PLACES,
    `select null::uuid, coalesce(p.name, 'somebody') || case when b.id is null then ' has a place and not its time' else ' holds time and no place' end
       from (select u.district_id, u.person_id, u.session_id, tstzrange(s.starts_at, s.ends_at, '[)') as during
               from sign_up u join activity_session s on s.district_id = u.district_id and s.id = u.session_id and s.state = 'planned'
              where u.district_id = $1 and u.state = 'signed-up') held
       full join (select * from busy_range where district_id = $1 and kind = 'sign-up') b
         on b.person_id = held.person_id and b.subject_id = held.session_id and b.during = held.during
       left join person p on p.district_id = $1 and p.id = coalesce(held.person_id, b.person_id)
      where held.person_id is null or b.id is null`,
  ],
  [
    EVERYBODY_IS_TOLD,
    `select null::uuid, p.name || ' was not told that it is called off: ' || ${titled}
       from sign_up u join activity_session s on s.district_id = u.district_id and s.id = u.session_id
       join person p on p.district_id = u.district_id and p.id = u.person_id
      where u.district_id = $1 and u.state = 'cancelled' and not exists (
        select from message m where m.district_id = u.district_id and m.subject_id = u.session_id and m.to_person_id = u.person_id
           and m.template = 'session-cancelled' and m.created_at = u.changed_at)`,
  ],
]

/** What time owes: no offer of a place past its end, no session that is over and not held. */
export const ACTIVITIES_LEFT_OVER = {
  name: 'promise-activities-left-over',
  text: `
    select null::uuid as "orderId", ${titled} || ' has a place on offer past ' || u.offer_until as what
      from sign_up u join activity_session s on s.district_id = u.district_id and s.id = u.session_id
     where u.district_id = $1 and u.state = 'offered' and u.offer_until <= $2
    union all
    select null, ${titled} || ' is over and not held' from activity_session s
     where s.district_id = $1 and s.state = 'planned' and s.ends_at + interval '1 hour' <= $2`,
}
