const MINUTE = 60_000;

/** What the documents allow an account in a time; milliseconds as the sandbox counts them. Plans of MayanIO: Free. */
export const DOCUMENTED_WINDOWS = {
  requests: { max: 100, spanMs: MINUTE },
  studioSubmits: { max: 24, spanMs: 60 * MINUTE },
  hourly: { max: 100, spanMs: 60 * MINUTE },
} as const;
