import type { MediaRequest } from './media-request.ts';
import type { Typesetter } from './typeset.ts';

/** Where the parts of a frame lie, in pixels. */
export interface Layout {
  /** One unit is 1/720 of the shorter side: everything scales with it. */
  unit: number;
  margin: number;
  captionTop: number;
  bar: { x: number; y: number; width: number; height: number };
  clock: { x: number; y: number; width: number; height: number };
  overlaySvg: string;
  clockSvg: string;
  clockRows: number;
}

const WHITE = '#ffffff';

/** Sets the text of a frame: label, caption, size, and the marks of a simulated clip. */
export function layOut(type: Typesetter, request: MediaRequest, seconds: number): Layout {
  const { width, height, kind } = request;
  const unit = Math.min(width, height) / 720;
  const tiny = unit < 0.5;
  const margin = Math.round((tiny ? 40 : 56) * unit);
  const isVideo = kind === 'video';

  const barHeight = Math.max(1, Math.round(4 * unit));
  const clockSize = (tiny ? 40 : 21) * unit;
  const barY = height - margin - barHeight;
  const clockWidth = Math.ceil(type.measure(clockText(0, seconds), { size: clockSize, weight: 500 })) + 2;
  const clockHeight = Math.ceil(clockSize * 1.4);
  const gap = Math.round(20 * unit);
  const barWidth = width - margin * 2 - clockWidth - gap;

  const caption = fitCaption(type, request.caption || 'Untitled', width - margin * 2, {
    unit,
    tiny,
    tall: height > width,
  });
  const lineHeight = caption.size * 1.24;
  const lastBaseline = (isVideo ? barY - 30 * unit : height - margin) - caption.size * 0.22;
  const firstBaseline = lastBaseline - (caption.lines.length - 1) * lineHeight;
  const labelBaseline = firstBaseline - caption.size * 1.22;

  const paths = [
    ...caption.lines.map((line, index) =>
      path(
        type.toPath(line, margin, firstBaseline + index * lineHeight, { size: caption.size, weight: 600 }),
      ),
    ),
  ];
  if (!tiny) {
    const labelStyle = { size: 19 * unit, weight: 600, tracking: 3.2 * unit } as const;
    paths.push(path(type.toPath(labelOf(request), margin, labelBaseline, labelStyle), 0.8));
    paths.push(badge(type, margin, unit), facts(type, request, seconds, { margin, unit }));
  }
  if (isVideo) {
    paths.push(
      `<rect x="${margin}" y="${barY}" width="${barWidth}" height="${barHeight}" fill="${WHITE}" fill-opacity="0.28"/>`,
    );
  }

  const shadeTop = Math.max(0, labelBaseline - 150 * unit);
  // A picture that fills the frame may be bright where the text is; the landscapes never are.
  const [shadeMiddle, shadeEnd] = request.images.some(({ role }) => role === 'start')
    ? [0.52, 0.8]
    : [0.34, 0.72];
  const overlaySvg = svg(
    width,
    height,
    `<defs><linearGradient id="low" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#05060f" stop-opacity="0"/>
<stop offset="0.45" stop-color="#05060f" stop-opacity="${shadeMiddle}"/><stop offset="1" stop-color="#05060f" stop-opacity="${shadeEnd}"/></linearGradient>
<linearGradient id="high" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#05060f" stop-opacity="0.45"/>
<stop offset="1" stop-color="#05060f" stop-opacity="0"/></linearGradient></defs>
<rect y="${shadeTop}" width="${width}" height="${height - shadeTop}" fill="url(#low)"/>
<rect width="${width}" height="${150 * unit}" fill="url(#high)"/>${paths.join('')}`,
  );
  const clockRows = Math.max(1, Math.round(seconds));
  const rows = Array.from({ length: clockRows }, (_, row) =>
    path(
      type.toPath(clockText(row, seconds), 1, row * clockHeight + clockHeight * 0.75, {
        size: clockSize,
        weight: 500,
      }),
      0.9,
    ),
  );
  return {
    unit,
    margin,
    captionTop: labelBaseline - 24 * unit,
    bar: { x: margin, y: barY, width: barWidth, height: barHeight },
    clock: {
      x: width - margin - clockWidth,
      y: Math.round(barY + barHeight / 2 - clockHeight * 0.5),
      width: clockWidth,
      height: clockHeight * clockRows,
    },
    overlaySvg,
    clockSvg: svg(clockWidth, clockHeight * clockRows, rows.join('')),
    clockRows,
  };
}

/** The largest size at which the caption takes few enough lines; past the smallest it is cut with an ellipsis. */
function fitCaption(
  type: Typesetter,
  caption: string,
  width: number,
  { unit, tiny, tall }: { unit: number; tiny: boolean; tall: boolean },
): { size: number; lines: string[] } {
  const maxLines = tall ? 8 : 4;
  const sizes = tiny ? [68, 56] : tall ? [50, 44, 38, 33, 29] : [46, 40, 35, 31, 28];
  for (const points of sizes) {
    const size = points * unit;
    const lines = type.wrap(caption, width, { size, weight: 600 });
    if (lines.length <= maxLines - (points >= 40 ? 1 : 0))
      return { size, lines: balance(type, lines, width, size) };
  }
  const size = (sizes.at(-1) ?? 30) * unit;
  const lines = type.wrap(caption, width * 0.97, { size, weight: 600 }).slice(0, maxLines);
  return { size, lines: [...lines.slice(0, -1), `${lines.at(-1) ?? ''}…`] };
}

/** Evens the lines out, so that no word is left alone on the last one. */
function balance(type: Typesetter, lines: string[], width: number, size: number): string[] {
  let best = lines;
  for (let narrow = 0.95; narrow >= 0.5 && lines.length > 1; narrow -= 0.05) {
    const tried = type.wrap(lines.join(' '), width * narrow, { size, weight: 600 });
    if (tried.length > lines.length) break;
    best = tried;
  }
  return best;
}

function labelOf({ label, take, kind }: MediaRequest): string {
  return `${label}${take > 0 ? ` · ${kind === 'video' ? 'Take' : 'No.'} ${take + 1}` : ''}`.toUpperCase();
}

/** Says, in a corner, that no provider made this. */
function badge(type: Typesetter, margin: number, unit: number): string {
  const style = { size: 18 * unit, weight: 600 } as const;
  const text = 'Simulated';
  const width = type.measure(text, style) + 52 * unit;
  const height = 38 * unit;
  const middle = margin + height / 2;
  return `<rect x="${margin}" y="${margin}" width="${width}" height="${height}" rx="${height / 2}" fill="#05060f" fill-opacity="0.42" stroke="${WHITE}" stroke-opacity="0.35"/>
<circle cx="${margin + 21 * unit}" cy="${middle}" r="${5 * unit}" fill="#ffd28a"/>${path(type.toPath(text, margin + 34 * unit, middle + 6.4 * unit, style))}`;
}

function facts(
  type: Typesetter,
  { width, height, kind }: MediaRequest,
  seconds: number,
  { margin, unit }: { margin: number; unit: number },
): string {
  const style = { size: 18 * unit, weight: 500 } as const;
  const text = `${width} × ${height}${kind === 'video' ? `  ·  ${seconds} s` : ''}`;
  return path(
    type.toPath(text, width - margin - type.measure(text, style), margin + 25.4 * unit, style),
    0.85,
  );
}

const clockText = (second: number, seconds: number): string => `0:0${second} / 0:0${seconds}`;

const path = (data: string, opacity = 1): string =>
  `<path d="${data}" fill="${WHITE}" fill-opacity="${opacity}"/>`;

const svg = (width: number, height: number, body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${body}</svg>`;
