// Makes a loaded district look like one at work: its teams stand at the centre, in the towns and in the villages, half of them keep a
// calendar, some serve their whole town, and visits are promised for the days to come.
import { YANQING } from '../../server/cli/district-plan.ts'
import { connect } from '../scale/load.ts'

/** As the seed counts them: professional teams, teams of towns, teams of villages (dispatch.md, sections 6 and 9). */
const AT_CENTRE = 29
const IN_TOWNS = 83
const VISITS_PROMISED = 450
const DAYS_AHEAD = 14
const STARTS_MINUTE = 9 * 60

/** Works on a database that `loadDistrict` filled. @returns how many visits are promised */
export async function furnish(ownerUrl: string, now: Date): Promise<number> {
  const owner = await connect(ownerUrl)
  try {
    await owner.query(`
      with ranked as (select id, row_number() over (order by id) as n from team),
      place as (select id, kind, parent_id, row_number() over (partition by kind order by id) as k, count(*) over (partition by kind) as units
                  from unit where kind in ('centre', 'institute', 'station'))
      update team t set unit_id = p.id, service_unit_ids = case when p.kind = 'station' and r.n % 3 = 0 then array[p.parent_id] else '{}' end
        from ranked r join place p on p.kind = case when r.n <= ${AT_CENTRE} then 'centre' when r.n <= ${AT_CENTRE + IN_TOWNS} then 'institute' else 'station' end
         and p.k = 1 + r.n % p.units
       where t.id = r.id`)
    await owner.query(`
      insert into provider_calendar (district_id, id, team_id, visits_per_day_max)
      select ${YANQING}, gen_random_uuid(), id, 3 from (select id, row_number() over (order by id) as n from team) t where n % 2 = 0`)
    await owner.query(`
      insert into provider_hours (district_id, calendar_id, weekday, from_minute, until_minute)
      select district_id, id, day, from_minute, until_minute from provider_calendar
       cross join generate_series(1, 5) day cross join (values (540, 690), (810, 1020)) as half (from_minute, until_minute)`)
    const { rowCount } = await owner.query(
      `with open as (select id, row_number() over (order by id) as n from service_order
                      where state in ('accepted', 'scheduled', 'in_service') and provider_team_id is not null limit ${VISITS_PROMISED})
       update service_order o set state = 'scheduled', next_step = 'serve',
              scheduled_from = date_trunc('day', $1::timestamptz at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai'
                + make_interval(days => 1 + (n % ${DAYS_AHEAD})::int, mins => ${STARTS_MINUTE} + (n * 45 % 420)::int),
              scheduled_until = date_trunc('day', $1::timestamptz at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai'
                + make_interval(days => 1 + (n % ${DAYS_AHEAD})::int, mins => ${STARTS_MINUTE} + 60 + (n * 45 % 420)::int)
         from open where open.id = o.id`,
      [now],
    )
    await owner.query('vacuum (analyze)')
    return rowCount ?? 0
  } finally {
    await owner.end()
  }
}
