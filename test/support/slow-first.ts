import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes, the longest first. Begun last, one of them would keep a single worker busy when all others have gone home. */
const SLOW = [
  'crash/kill',
  'crash/seeded-bugs',
  'crash/failed-writes',
  'e2e/changes',
  'contracts/two-runners',
  'e2e/live-control',
  'e2e/adaptive',
  'e2e/killed',
  'e2e/taken-back',
  'crash/moved-outputs',
  'review/regenerate',
  'review/live',
];

/** The usual order, with the slow files in front. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = SLOW.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`));
      return at === -1 ? SLOW.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
