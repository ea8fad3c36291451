PRAGMA application_id = 1198999657;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
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
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('.clock_back','0');
INSERT INTO "meta" VALUES('digest','{}');
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
CREATE INDEX event_at ON event (at);
COMMIT;
