/** What came of a download. Only `saved` leaves a file; nothing ever leaves a `.part`. */
export type DownloadOutcome =
  | { readonly kind: 'saved'; readonly path: string; readonly bytes: number; readonly sha256: string; readonly mediaType: string }
  /** The host no longer gives it out under this URL (400, 401, 403, 404, 410): ask the provider for a fresh one. */
  | { readonly kind: 'expired'; readonly status: number; readonly message: string }
  /** Nothing more should be started: it could not be kept either. */
  | { readonly kind: 'disk_full'; readonly message: string; readonly path: string; readonly bytesNeeded: number | null }
  | { readonly kind: 'failed'; readonly reason: DownloadFailure; readonly message: string; readonly retryable: boolean };

/** Why a download failed. */
export type DownloadFailure =
  /** The host could not be reached, broke off or stood still, every time. */
  | 'network'
  /** The host answered with an error that is not about the URL's age. */
  | 'refused'
  /** What came is not the file: another kind, another size, cut, packed. */
  | 'wrong_file'
  | 'too_large'
  /** The URL must not be asked for. */
  | 'blocked'
  /** Another file has the name, or the way there has a link in it. */
  | 'name_taken'
  /** The disk refused, for another reason than being full. */
  | 'disk'
  /** Called off. */
  | 'stopped';
