-- Events, sums of spend, and small facts about the file itself.
-- Times are Unix milliseconds, money is nano-dollars, severity is a rank.
CREATE TABLE event (
  seq      INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  gateway  TEXT NOT NULL,
  kind     TEXT NOT NULL,
  severity INTEGER NOT NULL,
  source   TEXT NOT NULL,
  key      TEXT NOT NULL,
  provider TEXT NOT NULL,
  task     TEXT NOT NULL,
  text     TEXT NOT NULL,
  body     TEXT NOT NULL
) STRICT;

CREATE INDEX event_at ON event (at);

CREATE TABLE spend_hour (
  hour     INTEGER NOT NULL, -- hours since 1970, UTC
  gateway  TEXT NOT NULL,
  key      TEXT NOT NULL,
  model    TEXT NOT NULL,
  provider TEXT NOT NULL,
  nano     INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  PRIMARY KEY (hour, gateway, key, model, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE spend_day (
  day      INTEGER NOT NULL, -- civil date of the user, as days since 1970-01-01
  gateway  TEXT NOT NULL,
  key      TEXT NOT NULL,
  model    TEXT NOT NULL,
  provider TEXT NOT NULL,
  nano     INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  PRIMARY KEY (day, gateway, key, model, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
