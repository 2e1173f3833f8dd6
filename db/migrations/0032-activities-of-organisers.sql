-- Whoever organises sees the newest activities of each of the own units and teams: read from the end of each one's part of an index, and no
-- further, whatever else the district has. Who organises for many reads the newest of all, or of one state, and leaves out the others.
-- Nothing reads them by the moment of their creation.
-- The file is one transaction, so nothing here can be concurrent.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion

create index activity_of_unit on activity (district_id, unit_id, id) include (state);
create index activity_of_team on activity (district_id, team_id, id) include (state) where team_id is not null;
create index activity_of_state on activity (district_id, state, id);
drop index activity_by_unit;
drop index activity_by_team;
