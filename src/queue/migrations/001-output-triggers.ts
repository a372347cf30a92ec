/** Part of the first schema: what triggers keep of outputs, so that nobody has to look at all of them. */
export const outputTriggers = `
CREATE UNIQUE INDEX outputs_by_saving ON outputs (saved_seq);
CREATE TRIGGER outputs_numbered_u AFTER UPDATE OF state, path ON outputs WHEN NEW.state = 'saved' BEGIN
  UPDATE outputs SET saved_seq = (SELECT coalesce(max(saved_seq), 0) + 1 FROM outputs) WHERE id = NEW.id;
END;
CREATE TRIGGER outputs_numbered_i AFTER INSERT ON outputs WHEN NEW.state = 'saved' BEGIN
  UPDATE outputs SET saved_seq = (SELECT coalesce(max(saved_seq), 0) + 1 FROM outputs) WHERE id = NEW.id;
END;

CREATE INDEX outputs_expiring ON outputs (expires_at, id) WHERE state = 'pending' AND expires_at IS NOT NULL;

-- Files and bytes of a batch on disk.
CREATE TABLE output_totals (
  batch_id INTEGER PRIMARY KEY REFERENCES batches(id),
  files INTEGER NOT NULL CHECK (files >= 0),
  bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;
CREATE TRIGGER outputs_summed_i AFTER INSERT ON outputs WHEN NEW.state = 'saved' BEGIN
  INSERT INTO output_totals SELECT batch_id, 1, NEW.bytes FROM attempts WHERE id = NEW.attempt_id
    ON CONFLICT DO UPDATE SET files = files + 1, bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER outputs_summed_saved AFTER UPDATE OF state ON outputs WHEN NEW.state = 'saved' AND OLD.state <> 'saved' BEGIN
  INSERT INTO output_totals SELECT batch_id, 1, NEW.bytes FROM attempts WHERE id = NEW.attempt_id
    ON CONFLICT DO UPDATE SET files = files + 1, bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER outputs_summed_gone AFTER UPDATE OF state ON outputs WHEN NEW.state <> 'saved' AND OLD.state = 'saved' BEGIN
  UPDATE output_totals SET files = files - 1, bytes = bytes - OLD.bytes WHERE batch_id = (SELECT batch_id FROM attempts WHERE id = NEW.attempt_id);
END;
`;
