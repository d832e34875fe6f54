import { adapterOf } from './genaipro.ts';
import { type Reply, type Seen, serve } from './servers.ts';

export const json = (value: unknown): Reply => ({ body: JSON.stringify(value) });
/** A provider with these answers for pages of the histories and for tasks; what is not there gets 404. */
export async function scripted(script: { pages?: Reply[]; tasks?: Record<string, Reply> }) {
  const { url, seen } = await serve((request: Seen) => {
    const { pathname, searchParams } = new URL(request.url, 'http://x');
    const id = /\/tasks\/(.+)$/.exec(pathname)?.[1];
    const answer = id
      ? script.tasks?.[decodeURIComponent(id)]
      : script.pages?.[Number(searchParams.get('page')) - 1];
    return answer ?? { status: 404, body: '{"error":"task not found"}' };
  });
  return { provider: adapterOf(url), paths: () => seen.map((one) => one.url.replace('/v2/veo/', '')), seen };
}

export const page = (entries: unknown[], totalPages = 1): Reply =>
  json({ data: entries, total: entries.length, page: 1, page_size: 100, total_pages: totalPages });
export const done = (id: string) => ({
  id,
  prompt: 'x',
  file_urls: [`https://f/${id}.mp4`],
  status: 'completed',
});
export const doing = (id: string) => ({ id, prompt: 'x', file_urls: [], status: 'processing' });
