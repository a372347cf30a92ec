import { IN_FLIGHT } from './job-states.ts';

/** What the staging table and the jobs have in common: all that a manifest says of a job. */
export const DEFINITION = [
  'model',
  'family',
  'provider',
  'params',
  'local_inputs',
  'vars',
  'axes',
  'tags',
  'copy',
  'fingerprint',
  'twin_key',
  'quote',
  'publishing_saves',
  'output',
  'outputs_asked',
  'priority',
] as const;

/** Of these what costs nothing when it changes. */
export const COSMETIC = ['vars', 'axes', 'tags', 'output', 'priority', 'quote', 'publishing_saves', 'local_inputs'] as const;

/** States in which money may be moving, for an IN (...). */
export const inFlight = IN_FLIGHT.map((state) => `'${state}'`).join(', ');

/** What somebody asked for of the result that a queued job stands with: another attempt of the very job that the manifest has. */
export const ASKED = 'asked.job_seq = j.seq AND asked.attempt = j.attempt AND asked.fingerprint = s.fingerprint';

/**
 * A job that was taken out of the manifest's last word by a change which the manifest has taken back, while it was queued or canceled: what it
 * asks for now is what was made last. Where somebody asked for another attempt of that, the wish stands.
 */
export const TAKEN_BACK = `(j.state IN ('queued', 'canceled') AND j.fingerprint <> s.fingerprint AND EXISTS (SELECT 1 FROM attempts made
  WHERE made.job_seq = j.seq AND made.number = j.attempt AND made.state = 'done' AND made.fingerprint = s.fingerprint)
  AND NOT EXISTS (SELECT 1 FROM regenerations asked WHERE ${ASKED}))`;

/** A job that is not as the manifest has it. */
export const CHANGED = `(j.fingerprint <> s.fingerprint AND NOT ${TAKEN_BACK})`;

/** A changed job whose new definition is taken over: one that has nothing yet takes it in any case, else it must be meant by this run. */
export const TAKES_CHANGE = `(${CHANGED} AND j.state NOT IN (${inFlight}) AND (j.state = 'queued' OR (s.picked AND s.remake)))`;

/** A paid job whose files can no longer be had, and is to be made again all the same. */
export const MADE_AGAIN = `(s.lost AND s.picked AND j.fingerprint = s.fingerprint AND j.state = 'failed' AND j.error ->> '$.class' = 'lost')`;

/** A job that the next run pays for: one that is meant and is new, still queued, changed and not in flight, or lost. */
export const TO_PAY = `(s.picked AND (j.seq IS NULL OR (j.state = 'queued' AND NOT ${TAKEN_BACK}) OR ${TAKES_CHANGE} OR ${MADE_AGAIN}))`;
