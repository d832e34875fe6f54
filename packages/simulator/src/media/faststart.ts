/**
 * Moves the index of an MP4 (`moov`) in front of its media data (`mdat`), as providers serve it: a player starts
 * before the end has arrived. Returns the input where it has another layout.
 */
export function toFastStart(mp4: Buffer): Buffer {
  const boxes = readBoxes(mp4);
  const moov = boxes.find((box) => box.type === 'moov');
  const mdat = boxes.find((box) => box.type === 'mdat');
  const ftyp = boxes.find((box) => box.type === 'ftyp');
  if (!ftyp || !moov || !mdat || moov.start < mdat.start) return mp4;
  const head = mp4.subarray(ftyp.start, ftyp.end);
  const index = Buffer.from(mp4.subarray(moov.start, moov.end));
  forgetTimes(index);
  shiftOffsets(index, head.length + index.length - mdat.start);
  return Buffer.concat([head, index, mp4.subarray(mdat.start, mdat.end)]);
}

interface Box {
  type: string;
  start: number;
  end: number;
}

function readBoxes(data: Buffer, from = 0, to = data.length): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= to; ) {
    const size = data.readUInt32BE(at);
    if (size < 8 || at + size > to) break;
    boxes.push({ type: data.toString('latin1', at + 4, at + 8), start: at, end: at + size });
    at += size;
  }
  return boxes;
}

/** Boxes that begin with a version, flags and two times: of 8 bytes each in version 1, else of 4. */
const TIMED = ['mvhd', 'tkhd', 'mdhd'];
const PARENTS = ['moov', 'trak', 'mdia', 'minf', 'stbl'];

/** Blanks the creation and modification times, so that the same clip is the same bytes whenever it is made. */
function forgetTimes(data: Buffer, from = 0, to = data.length): void {
  for (const box of readBoxes(data, from, to)) {
    if (PARENTS.includes(box.type)) forgetTimes(data, box.start + 8, box.end);
    if (TIMED.includes(box.type))
      data.fill(0, box.start + 12, box.start + (data[box.start + 8] === 1 ? 28 : 20));
  }
}

/** Adds `by` to every chunk offset (`stco`) below. */
function shiftOffsets(data: Buffer, by: number, from = 0, to = data.length): void {
  for (const box of readBoxes(data, from, to)) {
    if (PARENTS.includes(box.type)) shiftOffsets(data, by, box.start + 8, box.end);
    if (box.type !== 'stco') continue;
    for (let at = box.start + 16; at + 4 <= box.end; at += 4)
      data.writeUInt32BE(data.readUInt32BE(at) + by, at);
  }
}
