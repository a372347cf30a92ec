/** An image model that the documents name. */
export interface ImageModel {
  readonly slug: string;
  readonly name: string;
  readonly sizes: readonly string[];
  /** Empty: the model has none. */
  readonly qualities: readonly string[];
  readonly needsImages: boolean;
}

const eight = ['1:1', '4:3', '3:4', '16:9', '9:16', '2:3', '3:2', '21:9'];

/** The documented image models. The sizes of the first are the API reference's, those of `seedream_5_lite` the image page's; the rest is not documented. */
export const imageModels: readonly ImageModel[] = [
  { slug: 'gpt_image_15', name: 'GPT Image 1.5', sizes: ['1:1', '3:2', '2:3'], qualities: [], needsImages: false },
  { slug: 'seedream_5_lite', name: 'Seedream 5 Lite', sizes: eight, qualities: ['basic', 'high'], needsImages: false },
  { slug: 'nano_banana_2', name: 'Nano Banana 2', sizes: eight, qualities: ['1K', '2K', '4K'], needsImages: false },
  { slug: 'grok_imagine', name: 'Grok Imagine', sizes: eight, qualities: [], needsImages: false },
  { slug: 'ideogram_character', name: 'Ideogram Character', sizes: eight, qualities: ['turbo', 'balanced', 'quality'], needsImages: true },
];

/** Credits of one image of any size and model (API reference: "All image sizes cost 8 credits per generation"). */
export const imagePrice = 8;
