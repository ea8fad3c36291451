-- The times at which alerts were open, each a row that is not written again once it is over: what an
-- incident is made of. (instance has an alert as it is now, whichever time that is.)
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

-- Of the times before, an alert was kept as it was the last time only.
INSERT INTO spell (fingerprint, n, rule, gateway, category, entity_kind, entity, epoch, severity, status, incident, title, since, ended_at, updated_at, body)
  SELECT fingerprint, CASE json_valid(body) WHEN 1 THEN coalesce(json_extract(body, '$.life'), since) ELSE since END,
    rule, gateway, category, entity_kind, entity, epoch, severity, status, incident || '.0', title, since, ended_at, updated_at, body
  FROM instance WHERE incident <> '' AND status NOT IN ('pending', 'ok');
