import type { JobType } from '../src/job-type/job-type.ts';
import type { Provider } from '../src/job-type/provider.ts';
import type { Registry } from '../src/job-type/registry.ts';
import { mayanioImageTo3d } from './mayanio/image-to-3d.ts';
import { mayanioImages } from './mayanio/images.ts';
import { mayanio } from './mayanio/provider.ts';
import { mayanioVideos } from './mayanio/videos.ts';
import { ulazaiImage } from './ulazai/image.ts';
import { ulazaiKling30 } from './ulazai/kling-3.0.ts';
import { ulazai } from './ulazai/provider.ts';
import { ulazaiSora2 } from './ulazai/sora-2.ts';
import { ulazaiStudio } from './ulazai/studio.ts';
import { ulazaiVideo } from './ulazai/video.ts';

type ProviderName = 'ulazai' | 'mayanio';
type Family = `ulazai/${'image' | 'video' | 'studio' | 'sora-2' | 'kling-3.0'}` | `mayanio/${'images' | 'videos' | 'image-to-3d'}`;

/** The compiler fails here when a family has no job type, or a job type no family. */
const jobTypes = {
  'ulazai/image': ulazaiImage,
  'ulazai/video': ulazaiVideo,
  'ulazai/studio': ulazaiStudio,
  'ulazai/sora-2': ulazaiSora2,
  'ulazai/kling-3.0': ulazaiKling30,
  'mayanio/images': mayanioImages,
  'mayanio/videos': mayanioVideos,
  'mayanio/image-to-3d': mayanioImageTo3d,
} satisfies Record<Family, JobType>;

const providers = { ulazai, mayanio } satisfies Record<ProviderName, Provider>;

/** Everything that can be made, handed to whoever needs it: nothing in `src` imports this but the command line's wiring. */
export const registry = { jobTypes: Object.values(jobTypes), providers } satisfies Registry as Registry;
