/** What `run` and `resume` end with, for their help (contract, section 7). */
export const RUN_EXIT_CODES =
  'Exit codes: 0 all well, 1 unexpected, 2 usage or manifest, 3 key refused, 4 some jobs failed, 5 provider down, 6 not enough credits, ' +
  '7 some outcomes unknown, 8 stopped by the budget, 10 stopped by --max-duration, 130 interrupted.';
