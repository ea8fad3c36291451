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
