-- What the next run begins with: what was altered, and what else a run leaves
-- to the next one (the lists that changes are found by, the last picture of
-- the pages, what was learned). A change and the list that it was found by are
-- written together or not at all.
CREATE TABLE change (
  id      TEXT NOT NULL, -- the event's number, or a mark's own id
  gateway TEXT NOT NULL, -- '' of a mark that is about all
  at      INTEGER NOT NULL,
  entity  TEXT NOT NULL,
  subject TEXT NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY (gateway, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_at ON change (at);

CREATE TABLE kept (
  gateway TEXT NOT NULL,
  name    TEXT NOT NULL,
  at      INTEGER NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY (gateway, name)
) STRICT, WITHOUT ROWID;
