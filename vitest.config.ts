import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './test/support/closing-line-reporter.ts';
import { SlowFirst } from './test/support/slow-first.ts';

// Real processes, real SQLite files and real HTTP servers on machines that may have two cores: the timeouts say
// "hangs", never "is slow". Forks, because better-sqlite3 and sharp are native and tests change process state.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Every statement that the program prepares in any test must find its rows by an index.
    setupFiles: ['test/support/watch-query-plans.ts'],
    pool: 'forks',
    // Most tests wait for processes and servers rather than for the processor.
    maxWorkers: 4,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // Where nobody is there to look, a test that fails is tried once more, and named at the end: real processes, browsers and
    // clocks meet a machine that others use. Tests of chance (kills, flipped bytes) say `retry: 0`: their first word counts.
    retry: process.env.CI ? 1 : 0,
    sequence: { sequencer: SlowFirst },
    restoreMocks: true,
    unstubEnvs: true,
    reporters: ['default', new ClosingLineReporter()],
  },
});
