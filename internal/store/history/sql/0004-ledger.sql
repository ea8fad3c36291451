-- The ledger: what every source said of money, by the minute and place, and
-- what must be remembered to count each booking once. The three are written
-- together or not at all.
CREATE TABLE ledger_minute (
  minute   INTEGER NOT NULL, -- minutes since 1970, UTC
  gateway  TEXT NOT NULL,
  grp      TEXT NOT NULL,
  key      TEXT NOT NULL,
  provider TEXT NOT NULL,
  model    TEXT NOT NULL,
  kind     INTEGER NOT NULL, -- ledger.Kind
  nano     INTEGER NOT NULL,
  bookings INTEGER NOT NULL,
  PRIMARY KEY (minute, gateway, grp, key, provider, model, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_account (
  gateway TEXT NOT NULL,
  grp     TEXT NOT NULL, -- of a group, or
  key     TEXT NOT NULL, -- of a key
  body    TEXT NOT NULL,
  PRIMARY KEY (gateway, grp, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_mark (
  gateway TEXT PRIMARY KEY,
  body    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
