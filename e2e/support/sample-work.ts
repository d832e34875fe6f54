import type { Generation } from '@veogate/shared/contracts/generations';
import type { FaultSpec } from '@veogate/simulator';
import sharp from 'sharp';
import { newSecret, type Stack } from './stack.ts';
import { waitFor } from './wait-for.ts';

/** A picture with some light in it. */
export async function makePicture(from: string, to: string, width = 640, height = 360): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="g" x1="0" y1="0" x2="0.3" y2="1">
      <stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>
    <circle cx="${width * 0.7}" cy="${height * 0.4}" r="${height * 0.16}" fill="#fff4dd" opacity="0.9"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** Generations in every state that there is, of a person who has been here for a while. */
export async function makeSampleWork(stack: Stack) {
  const { client, simulator } = stack;
  const key = await client.addKey(newSecret());
  const make = (prompt: string, more: Record<string, unknown> = {}) =>
    client.generate(key.id, { prompt, ...more });
  const strike = (name: FaultSpec['name'], promptIncludes: string) =>
    simulator.addFaults([{ name, promptIncludes }]);
  const upload = async (from: string, to: string) =>
    client.upload(new Uint8Array(await makePicture(from, to)));

  const dawn = await upload('#2b4a78', '#f0a35e');
  const dusk = await upload('#3a2152', '#c2453d');

  const still = await make('Botanical plate of a fern, ink and watercolour', {
    model: 'genaipro/nano_banana_pro',
    kind: 'create_image',
    params: { aspect_ratio: '1:1' },
  });
  const done = await make('A lighthouse in heavy weather, waves break over the pier, slow push in');
  const tall = await make('Steam rises from a bowl of noodles, close, late-night neon', {
    params: { aspect_ratio: '9:16' },
  });
  const several = await make('Ink drops unfold in clear water, macro, black background', { count: 3 });
  const frames = await make('From dawn to dusk over the same bay', {
    kind: 'frames_to_video',
    image_ids: [dawn, dusk],
  });
  for (const { id } of [still, done, tall, several, frames]) await client.waitForStatus(id, 'succeeded');

  strike('unsafe_generation', 'refused by the filter');
  const filtered = await make('A scene that is refused by the filter');
  await client.waitForStatus(filtered.id, 'failed');
  strike('drop_before_accept', 'glass marble');
  const unknown = await make('A glass marble rolls along a library shelf');
  await client.waitForStatus(unknown.id, 'outcome_unknown');
  strike('never_completes', 'carousel');
  const expired = await make('An empty carousel turns in the fog');
  await client.waitForStage(expired.id, 'running');
  await stack.db.generation.update({ where: { id: expired.id }, data: { deadlineAt: new Date() } });
  await client.waitForStatus(expired.id, 'expired');
  strike('never_completes', 'air balloons');
  const running = await make('Hot-air balloons over a patchwork of fields at first light');
  await client.waitForStage(running.id, 'running');

  return { key, still, done, tall, several, frames, filtered, unknown, expired, running, dawn, dusk };
}

/** Something that stands in line and goes no further: `occupied`, which never ends, has the last slot of its key. */
export async function makeWaiting(stack: Stack, keyId: string): Promise<Generation> {
  const occupied = 'Swallows dive between old roofs, handheld';
  stack.simulator.addFaults([{ name: 'never_completes', promptIncludes: occupied }]);
  const { id: occupying } = await stack.client.generate(keyId, { prompt: occupied });
  await stack.client.waitForStage(occupying, 'running');
  const { id } = await stack.client.generate(keyId, {
    prompt: 'A night train crosses a viaduct under the stars',
  });
  return waitFor('it to stand in line', async () => {
    const generation = await stack.client.show(id);
    return generation.queue_position !== null && generation;
  });
}
