-- Alerts, what was decided and said about them, and what the user wished.
CREATE TABLE instance (
  fingerprint TEXT PRIMARY KEY,
  rule        TEXT NOT NULL,
  gateway     TEXT NOT NULL,
  category    TEXT NOT NULL,
  entity_kind TEXT NOT NULL,
  entity      TEXT NOT NULL,
  epoch       TEXT NOT NULL,
  severity    INTEGER NOT NULL,
  status      TEXT NOT NULL,
  incident    TEXT NOT NULL,
  title       TEXT NOT NULL,
  since       INTEGER NOT NULL,
  ended_at    INTEGER NOT NULL, -- 0 while it lasts
  updated_at  INTEGER NOT NULL,
  body        TEXT NOT NULL
) STRICT;
CREATE INDEX instance_since ON instance (since);
CREATE INDEX instance_incident ON instance (incident) WHERE incident <> '';

CREATE TABLE timeline (
  id          INTEGER PRIMARY KEY,
  incident    TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  at          INTEGER NOT NULL,
  what        TEXT NOT NULL,
  severity    INTEGER NOT NULL,
  text        TEXT NOT NULL
) STRICT;
CREATE INDEX timeline_incident ON timeline (incident, id);
CREATE INDEX timeline_at ON timeline (at);

CREATE TABLE decision (
  id          INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  incident    TEXT NOT NULL,
  at          INTEGER NOT NULL,
  reason      TEXT NOT NULL,
  told        INTEGER NOT NULL,
  severity    INTEGER NOT NULL,
  title       TEXT NOT NULL,
  text        TEXT NOT NULL
) STRICT;
CREATE INDEX decision_fingerprint ON decision (fingerprint, id);
CREATE INDEX decision_incident ON decision (incident, id) WHERE incident <> '';
CREATE INDEX decision_at ON decision (at);

CREATE TABLE said (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  fingerprint  TEXT NOT NULL,
  epoch        TEXT NOT NULL,
  severity     INTEGER NOT NULL,
  intended_at  INTEGER NOT NULL,
  delivered_at INTEGER NOT NULL, -- 0 until shown
  given_up     TEXT NOT NULL,
  body         TEXT NOT NULL
) STRICT;
CREATE INDEX said_fingerprint ON said (fingerprint, id);
CREATE INDEX said_open ON said (id) WHERE delivered_at = 0 AND given_up = '';
CREATE INDEX said_at ON said (intended_at);

CREATE TABLE silence (
  id         TEXT PRIMARY KEY,
  scope      TEXT NOT NULL,
  target     TEXT NOT NULL,
  gateway    TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  until      INTEGER NOT NULL, -- 0: until resolved
  critical   INTEGER NOT NULL,
  note       TEXT NOT NULL,
  body       TEXT NOT NULL
) STRICT;

CREATE TABLE ack (
  fingerprint TEXT PRIMARY KEY,
  by          TEXT NOT NULL,
  note        TEXT NOT NULL,
  at          INTEGER NOT NULL,
  until       INTEGER NOT NULL, -- 0: until resolved
  severity    INTEGER NOT NULL,
  body        TEXT NOT NULL
) STRICT;
