/** Part of the first schema: what each model has cost, kept by triggers, so that a page that asks every second does not sum up all attempts. */
export const modelMoney = `
CREATE TABLE model_money (
  batch_id INTEGER NOT NULL REFERENCES batches(id),
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  -- Charged less refunded.
  net INTEGER NOT NULL,
  PRIMARY KEY (batch_id, provider, model)
) STRICT, WITHOUT ROWID;
-- An attempt has a charge from its answer on, and from then on its model stays.
CREATE TRIGGER attempts_summed AFTER UPDATE OF charged, refunded ON attempts BEGIN
  INSERT INTO model_money VALUES (NEW.batch_id, NEW.provider, NEW.model,
    coalesce(NEW.charged, 0) - coalesce(NEW.refunded, 0) - coalesce(OLD.charged, 0) + coalesce(OLD.refunded, 0))
    ON CONFLICT DO UPDATE SET net = net + excluded.net;
END;
`;
