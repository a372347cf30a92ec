/** What came in over the wire, counted. */
export class Traffic {
  /** By method and route, as the documents write it: `GET /api/v1/generate/{id}/`. */
  readonly requests: Record<string, number> = {};
  /** Ids of generations whose result stands in the Prompt Directory. */
  readonly published: string[] = [];
  throttled = 0;
  keyLeaks = 0;

  count(route: string): void {
    this.requests[route] = (this.requests[route] ?? 0) + 1;
  }
}
