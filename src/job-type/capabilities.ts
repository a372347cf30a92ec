/** What a provider's model list, or the user's own table, says of one slug. Null: not said, so not checked. */
export interface Capabilities {
  readonly slug: string;
  readonly name: string | null;
  readonly kind: 'image' | 'video';
  readonly aspectRatios: readonly string[] | null;
  /** Whole seconds. */
  readonly durations: readonly number[] | null;
  /** An empty list: the model has none, and `quality` is not sent. */
  readonly qualityModes: readonly string[] | null;
  /** Kinds of input: `text`, `image`, `video`. */
  readonly inputs: readonly string[] | null;
  readonly sound: boolean | null;
  /** Units a job whatever its parameters; or per second; null when not published. */
  readonly price: { readonly perJob: number } | { readonly perSecond: number } | null;
  /** Prices by quality mode and sound, where the list gives a table instead of one figure. */
  readonly priceTable?: readonly PriceRow[];
  /** Where this was read. */
  readonly source: 'api' | 'configuration' | 'documents';
}

/** One row of a price table. */
export interface PriceRow {
  readonly quality: string;
  /** Null: the same with and without sound. */
  readonly sound: boolean | null;
  readonly price: { readonly perJob: number } | { readonly perSecond: number };
}

/** The models known of one provider: configuration over API over what is built in. */
export interface ModelCatalog {
  /** One slug may name an image model and a video model. */
  capabilities(slug: string, kind: 'image' | 'video'): Capabilities | null;
  /** Every slug known, for nearest-name hints. */
  slugs(kind: 'image' | 'video'): readonly string[];
}
