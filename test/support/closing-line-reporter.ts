import type { Reporter, TestModule } from 'vitest/node';

/**
 * Writes `N passed, N failed` alone on the last line, after vitest's own summary: what `.ci/run` ends with.
 * A file that could not be collected and an error outside of any test count as one failure each, so that the
 * line never says 0 failed of a run that failed.
 */
export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandled.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed' && (test.diagnostic()?.retryCount ?? 0) > 0)
          process.stdout.write(`passed at the second try: ${module.relativeModuleId} > ${test.fullName}\n`);
        if (state === 'passed') passed += 1;
        // Still pending at the end: it was cut off.
        if (state === 'failed' || state === 'pending') failed += 1;
      }
    }
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
  }
}
