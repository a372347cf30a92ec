import { BufferSource, Input, MP4 } from 'mediabunny';

/** What a demuxer finds in an MP4: the sizes are the decoder's own, read from the codec's parameters. */
export async function readFilm(bytes: Uint8Array): Promise<{ codec: string | null; width: number; height: number; seconds: number }> {
  const input = new Input({ source: new BufferSource(bytes), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  if (track === null) throw new Error('no video track');
  return {
    codec: await track.getCodec(),
    width: await track.getDisplayWidth(),
    height: await track.getDisplayHeight(),
    seconds: await input.computeDuration(),
  };
}
