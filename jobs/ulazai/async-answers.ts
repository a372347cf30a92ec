import type { JobType } from '../../src/job-type/job-type.ts';
import type { Handle } from '../../src/job-type/outcomes.ts';
import { readUlazaiStatus } from './status-answer.ts';
import { readUlazaiSubmit } from './submit-answer.ts';

/** The half of a job type that all UlazAI families share: read the id, ask for its status, read that. Ids belong to one status path. */
export function asyncAnswers(family: {
  readonly idNames: readonly string[];
  /** With its trailing slash: `/api/v1/generate/`. */
  readonly statusPath: string;
  readonly kind: 'image' | 'video';
}): Required<Pick<JobType, 'readSubmit' | 'poll' | 'readPoll'>> {
  return {
    readSubmit: (answer) => readUlazaiSubmit(answer, family.idNames),
    poll: (_handle: Handle, id: string) => ({ method: 'GET', path: `${family.statusPath}${encodeURIComponent(id)}/` }),
    readPoll: (answer, id) => readUlazaiStatus(answer, family.kind, id),
  };
}
