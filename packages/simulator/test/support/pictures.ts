import sharp from 'sharp';

export type Color = 'red' | 'green' | 'blue';

const RGB = {
  red: { r: 230, g: 20, b: 20 },
  green: { r: 20, g: 200, b: 20 },
  blue: { r: 20, g: 20, b: 230 },
};

/** A plain picture of one color, as a client would attach it. */
export async function picture(color: Color): Promise<Blob> {
  const data = await sharp({ create: { width: 64, height: 64, channels: 3, background: RGB[color] } })
    .png()
    .toBuffer();
  return new Blob([Uint8Array.from(data)], { type: 'image/png' });
}

export function formOf(fields: readonly (readonly [string, string | Blob])[]): FormData {
  const form = new FormData();
  for (const [name, value] of fields) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, 'picture.png');
  }
  return form;
}
