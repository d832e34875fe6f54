import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Whether disks can be mounted here at all. */
export const canMount = process.getuid?.() === 0;

export type SmallDisk = Awaited<ReturnType<typeof openSmallDisk>>;

/** A disk of 24 MB for the files of a service, that can be filled, made read-only and taken away. Needs root. */
export async function openSmallDisk() {
  const folder = await mkdtemp(join(tmpdir(), 'veogate-small-disk-'));
  const [disk, root] = [join(folder, 'disk'), join(folder, 'storage')];
  const mount = (...args: string[]) => run('mount', args);
  // What stands at its place is a second view of it, so that taking that away loses nothing.
  const plugIn = () => mount('--bind', disk, root);
  const unplug = () => run('umount', ['--lazy', root]);
  await mkdir(disk);
  await mkdir(root);
  mount('-t', 'tmpfs', '-o', 'size=24m', 'veogate-small-disk', disk);
  plugIn();
  const ballast = join(disk, 'ballast');

  return {
    root,
    url: pathToFileURL(root).href,
    plugIn,
    unplug,
    async fill(): Promise<void> {
      const { bavail, bsize } = await statfs(disk);
      await writeFile(ballast, Buffer.alloc(bavail * bsize));
    },
    makeRoom: () => rm(ballast, { force: true }),
    forbidWriting: () => mount('-o', 'remount,bind,ro', root),
    allowWriting: () => mount('-o', 'remount,bind,rw', root),
    listTemporary: () => readdir(join(disk, 'tmp')),
    async close(): Promise<void> {
      // What is away already cannot be taken away.
      for (const path of [root, disk]) spawnSync('umount', ['--lazy', path]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function run(program: string, args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
}
