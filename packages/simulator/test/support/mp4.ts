import { BufferSource, Input, MP4 } from 'mediabunny';

/** What a player would learn from an MP4. */
export async function inspect(data: Buffer) {
  const input = new Input({ source: new BufferSource(Uint8Array.from(data)), formats: [MP4] });
  const video = await input.getPrimaryVideoTrack();
  const stats = await video?.computePacketStats();
  return {
    codec: video?.codec,
    width: video?.displayWidth,
    height: video?.displayHeight,
    duration: await input.computeDuration(),
    frames: stats?.packetCount,
  };
}
