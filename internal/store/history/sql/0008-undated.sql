-- Money of which it is only known between which minutes it was spent. The minutes, hours and
-- days have it at its end, where it was seen.
CREATE TABLE ledger_undated (
  gateway TEXT NOT NULL,
  until   INTEGER NOT NULL, -- the minute at its end, since 1970, UTC
  after   INTEGER NOT NULL, -- the last minute before it
  grp     TEXT NOT NULL,
  key     TEXT NOT NULL, -- '' of a group's total
  nano    INTEGER NOT NULL,
  PRIMARY KEY (gateway, until, after, grp, key)
) STRICT, WITHOUT ROWID;
