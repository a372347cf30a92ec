/** Part of the first schema: files and bytes of a batch on disk, kept by triggers. Counting a million files takes `status` most of a second. */
export const outputTotals = `
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
