import type { Listing } from '../../src/job-type/account-services.ts';
import { listingOf } from '../shared/listing.ts';
import { ulazaiHistory } from './history.ts';

const shape = { shows: [], modelWord: () => null } as const;
const generations = { ...shape, path: '/api/v1/generate/history/', idNames: ['generation_id', 'id'] } as const;

/** The histories that are documented: images and legacy videos (S0), and Video Studio (S1). Sora 2 and Kling 3.0 have none. */
export const ulazaiListings: readonly Listing[] = [
  listingOf('image', ulazaiHistory({ ...generations, type: 'image' })),
  listingOf('video', ulazaiHistory({ ...generations, type: 'video' })),
  listingOf('studio', ulazaiHistory({ ...shape, path: '/api/v1/video-studio/history/', type: null, idNames: ['job_id', 'id'] })),
];
