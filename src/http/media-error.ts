/** A result file could not be asked for, or its answer broke off. */
export class MediaError extends Error {
  override readonly name = 'MediaError';
  readonly code: string;
  /** True: asking again would end the same way. */
  readonly permanent: boolean;

  constructor(message: string, code: string, permanent: boolean, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.permanent = permanent;
  }
}
