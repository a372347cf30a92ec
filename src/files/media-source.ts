/** Where bytes come from: what a download needs of an HTTP client. It holds no key and decides which hosts may be asked. */
export interface MediaSource {
  /** The answer to a GET, redirects followed. Throws a MediaFault. */
  open(
    url: string,
    request: { readonly signal?: AbortSignal; readonly resume?: { readonly from: number; readonly etag: string } },
  ): Promise<MediaAnswer>;
}

/** An answer whose body is still to be read. */
export interface MediaAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Throws a MediaFault when it breaks off. */
  readonly body: AsyncIterable<Buffer>;
  /** Gives the body up without reading on. */
  discard(): void;
}

/** What a source throws. */
export interface MediaFault extends Error {
  readonly code: string;
  /** True: asking again would end the same way. */
  readonly permanent: boolean;
}

/** Whether an error came from the source, and not from this machine's disk. */
export function isMediaFault(error: unknown): error is MediaFault {
  return error instanceof Error && 'permanent' in error && typeof error.permanent === 'boolean';
}
