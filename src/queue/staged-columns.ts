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

/** The latest attempt that made just what the manifest asks for now, or was taken for it; null when none did. */
export const MADE_BEFORE = `(SELECT max(had.number) FROM attempts had WHERE had.job_seq = j.seq AND had.state = 'done'
  AND s.fingerprint IN (had.fingerprint, had.stands_for, had.adopted_for))`;

/** What somebody asked for of that result: another attempt of the very job that the manifest has. */
export const ASKED = `asked.job_seq = j.seq AND asked.attempt = ${MADE_BEFORE} AND asked.fingerprint = s.fingerprint`;

/**
 * A job whose change the manifest has taken back: what it asks for now was made and paid for by an earlier attempt, whose result is taken again.
 * Where somebody asked for another attempt of that, the wish stands. What was never made of a queued or canceled job is taken back in any case.
 */
export const TAKEN_BACK = `(j.fingerprint <> s.fingerprint AND (j.state IN ('queued', 'canceled') OR (s.picked AND j.state IN ('done', 'failed', 'rejected')))
  AND ${MADE_BEFORE} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM regenerations asked WHERE ${ASKED}))`;

/** A job that is not as the manifest has it. */
export const CHANGED = `(j.fingerprint <> s.fingerprint AND NOT ${TAKEN_BACK})`;

/** A changed job whose new definition is taken over: one that has nothing yet takes it in any case, else it must be meant by this run. */
export const TAKES_CHANGE = `(${CHANGED} AND j.state NOT IN (${inFlight}) AND (j.state = 'queued' OR (s.picked AND s.remake)))`;

/** A paid job whose files can no longer be had, and is to be made again all the same. */
export const MADE_AGAIN = `(s.lost AND s.picked AND j.fingerprint = s.fingerprint AND j.state = 'failed' AND j.error ->> '$.class' = 'lost')`;

/** A job that the next run pays for: one that is meant and is new, still queued, changed and not in flight, or lost. */
export const TO_PAY = `(s.picked AND (j.seq IS NULL OR (j.state = 'queued' AND NOT ${TAKEN_BACK}) OR ${TAKES_CHANGE} OR ${MADE_AGAIN}))`;
