-- A team has one leader at a time. A merge that was undone and a handover whose offerer led no more could leave two.
-- squawk-ignore-file require-concurrent-index-creation

alter table team_member no force row level security;
update team_member m set role = 'deputy'
 where m.role = 'leader' and m.left_at is null
   and exists (select from team_member e
                where e.district_id = m.district_id and e.team_id = m.team_id and e.role = 'leader' and e.left_at is null
                  and (e.joined_at, e.person_id) < (m.joined_at, m.person_id));
alter table team_member force row level security;

create unique index one_leader_at_a_time on team_member (district_id, team_id) where role = 'leader' and left_at is null;
