/** What can be made, in the words of `init`. */
export const MAKES = ['images', 'videos', '3d'] as const;
export type Make = (typeof MAKES)[number];

/** What `init` needs. Null: not said. */
export interface InitOptions {
  /** Absolute. */
  readonly folder: string;
  /** The batch, and the name of the manifest's file. */
  readonly name: string | null;
  readonly make: Make | null;
  readonly model: string | null;
  /** A folder of pictures: a row for each. Absolute. */
  readonly fromDir: string | null;
  /** Asks the person at the terminal for one of these; null where nobody is there. */
  readonly ask: ((question: string, choices: readonly string[]) => Promise<string>) | null;
}

/** What `init` did. */
export interface InitResult {
  readonly model: string;
  /** Relative to the current folder. */
  readonly manifest: string;
  readonly files: readonly { readonly path: string; readonly status: 'written' | 'kept' }[];
  /** Rows of the manifest. */
  readonly rows: number;
  /** What the person should know. */
  readonly notes: readonly string[];
}
