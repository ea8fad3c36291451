PRAGMA application_id = 1198999657;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE ack (
  fingerprint TEXT PRIMARY KEY,
  by          TEXT NOT NULL,
  note        TEXT NOT NULL,
  at          INTEGER NOT NULL,
  until       INTEGER NOT NULL, -- 0: until resolved
  severity    INTEGER NOT NULL,
  body        TEXT NOT NULL
) STRICT;
INSERT INTO "ack" VALUES('f1','','seen',1767225609000,0,2,'null');
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
INSERT INTO "decision" VALUES(1,'f1','prod|provider',1767225607000,'first',1,2,'Provider down','openai is unhealthy');
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
INSERT INTO "event" VALUES(1,1767225601000,'prod','spend.recorded',0,'hub:spend','7','openai','','Key 7 spent $0.01 on gpt-4o','{"key":"7","amount":10000000,"model":"gpt-4o","provider":"openai","at":"2026-01-01T00:00:01Z"}');
INSERT INTO "event" VALUES(2,1767225602000,'prod','spend.recorded',0,'hub:spend','7','openai','','Key 7 spent $0.02 on gpt-4o','{"key":"7","amount":20000000,"model":"gpt-4o","provider":"openai","at":"2026-01-01T00:00:02Z"}');
INSERT INTO "event" VALUES(3,1767225603000,'prod','spend.recorded',0,'hub:spend','7','openai','','Key 7 spent $0.03 on gpt-4o','{"key":"7","amount":30000000,"model":"gpt-4o","provider":"openai","at":"2026-01-01T00:00:03Z"}');
INSERT INTO "event" VALUES(4,1767225604000,'prod','spend.recorded',0,'hub:spend','7','openai','','Key 7 spent $0.04 on gpt-4o','{"key":"7","amount":40000000,"model":"gpt-4o","provider":"openai","at":"2026-01-01T00:00:04Z"}');
INSERT INTO "event" VALUES(5,1767225605000,'prod','spend.recorded',0,'hub:spend','7','openai','','Key 7 spent $0.05 on gpt-4o','{"key":"7","amount":50000000,"model":"gpt-4o","provider":"openai","at":"2026-01-01T00:00:05Z"}');
INSERT INTO "event" VALUES(6,1767225606000,'prod','provider.health_changed',2,'rest:providers','','openai','','Provider openai is unhealthy: 429','{"provider":"openai","name":"openai","health":"unhealthy","latencyMs":-1,"error":"429","at":"2026-01-01T00:00:06Z"}');
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
INSERT INTO "instance" VALUES('f1','provider.unhealthy','prod','provider','provider','openai','',2,'firing','prod|provider','openai is unhealthy',1767225606000,0,1767225606000,'{"n":1}');
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('.clock_back','0');
INSERT INTO "meta" VALUES('digest','{}');
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
INSERT INTO "said" VALUES(1,'f1','',2,1767225606000,1767225607000,'','null');
INSERT INTO "said" VALUES(2,'f2','',2,1767225608000,0,'','null');
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
INSERT INTO "silence" VALUES('s1','gateway','prod','prod',1767225600000,0,0,'quiet please','null');
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
INSERT INTO "spend_day" VALUES(20454,'prod','7','gpt-4o','openai',150000000,5);
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
INSERT INTO "spend_hour" VALUES(490896,'prod','7','gpt-4o','openai',150000000,5);
CREATE TABLE timeline (
  id          INTEGER PRIMARY KEY,
  incident    TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  at          INTEGER NOT NULL,
  what        TEXT NOT NULL,
  severity    INTEGER NOT NULL,
  text        TEXT NOT NULL
) STRICT;
INSERT INTO "timeline" VALUES(1,'prod|provider','f1',1767225606000,'firing',2,'openai is unhealthy');
CREATE INDEX event_at ON event (at);
CREATE INDEX instance_since ON instance (since);
CREATE INDEX instance_incident ON instance (incident) WHERE incident <> '';
CREATE INDEX timeline_incident ON timeline (incident, id);
CREATE INDEX timeline_at ON timeline (at);
CREATE INDEX decision_fingerprint ON decision (fingerprint, id);
CREATE INDEX decision_incident ON decision (incident, id) WHERE incident <> '';
CREATE INDEX decision_at ON decision (at);
CREATE INDEX said_fingerprint ON said (fingerprint, id);
CREATE INDEX said_open ON said (id) WHERE delivered_at = 0 AND given_up = '';
CREATE INDEX said_at ON said (intended_at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('said',2);
COMMIT;
-- One index for words and for filters. Beside the words of an event's text
-- and names, marks are indexed: a rune that nobody types, a letter for the
-- column, then the value in hexadecimal, which no tokenizer takes apart. A
-- filter is then one more word to look for, and two filters are met without
-- reading rows that meet only one.
CREATE VIEW event_words (seq, text, names) AS
SELECT seq, text,
  'ᚠg' || hex(gateway) || ' ᚠe' || hex(kind) || ' ᚠs' || severity ||
  CASE key WHEN '' THEN '' ELSE ' ᚠk' || hex(key) || ' ' || key END ||
  CASE provider WHEN '' THEN '' ELSE ' ᚠp' || hex(provider) || ' ' || provider END ||
  CASE task WHEN '' THEN '' ELSE ' ᚠt' || hex(task) || ' ' || task END
FROM event;

CREATE VIRTUAL TABLE event_fts USING fts5 (
  text, names,
  content = 'event_words', content_rowid = 'seq',
  tokenize = 'unicode61', columnsize = 0
);

-- Merging eight parts of the index at a time, not four, costs a search a little
-- and saves the writer a tenth.
INSERT INTO event_fts (event_fts, rank) VALUES ('automerge', 8);

INSERT INTO event_fts (rowid, text, names) SELECT seq, text, names FROM event_words;

-- The writer adds to the index a whole batch at a time: a trigger would have
-- the index written out once per statement.
CREATE TRIGGER event_gone BEFORE DELETE ON event BEGIN
  INSERT INTO event_fts (event_fts, rowid, text, names)
  SELECT 'delete', seq, text, names FROM event_words WHERE seq = old.seq;
END;

-- No ANALYZE, ever: statistics of a small file make the planner walk through
-- all of a large one, in the search index's own statements too. Every query
-- here says itself how it is to be answered.

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
INSERT INTO "ledger_minute" VALUES(29453760,'prod','','7','openai','gpt-4o',1,10000000,1);
INSERT INTO "ledger_account" VALUES('prod','','7','{"key":"7"}');
INSERT INTO "ledger_mark" VALUES('prod','{"rows":[],"watched":[]}');
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

INSERT INTO "change" VALUES('4','prod',1767225604000,'provider','1','{"id":"4"}');
CREATE TABLE kept (
  gateway TEXT NOT NULL,
  name    TEXT NOT NULL,
  at      INTEGER NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY (gateway, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "kept" VALUES('prod','list/keys',1767225604000,'[1]');
CREATE TABLE film (
  id   INTEGER PRIMARY KEY,
  reel INTEGER NOT NULL, -- when its first piece was so
  n    INTEGER NOT NULL, -- from 0
  at   INTEGER NOT NULL, -- when it was so
  body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX film_piece ON film (reel, n);
CREATE TABLE spell (
  fingerprint TEXT NOT NULL,
  n           INTEGER NOT NULL, -- of this alert; it grows
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
  body        TEXT NOT NULL,
  PRIMARY KEY (fingerprint, n)
) STRICT;
CREATE INDEX spell_since ON spell (since);
CREATE INDEX spell_incident ON spell (incident);
CREATE INDEX timeline_fingerprint ON timeline (fingerprint, at);
INSERT INTO "spell" VALUES('f1',1767225606000,'provider.unhealthy','prod','provider','provider','openai','',2,'firing','prod|provider.0','openai is unhealthy',1767225606000,0,1767225606000,'{"n":1}');
PRAGMA user_version = 7;
