import type { InputField } from '../../src/job-type/job-type.ts';
import { ulazaiUpload } from './account.ts';

/** Local images go up once, through the only upload that the API-key documents give (Kling 3.0's). */
export function imageInput(field: string, list: boolean): InputField {
  return { field, kind: 'image', list, local: { by: 'upload' }, mediaTypes: ulazaiUpload.mediaTypes, maxBytes: ulazaiUpload.maxBytes };
}

/** Local videos have nowhere to go. */
export function videoInput(field: string, list: boolean): InputField {
  const why = 'UlazAI documents no upload for videos with an API key: put the file where it has a public URL and give that';
  return { field, kind: 'video', list, local: { by: 'refused', why }, mediaTypes: [], maxBytes: 0 };
}
