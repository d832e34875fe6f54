import type { CallOptions, HistoryEntry, OperationReport } from '../video-provider.ts';
import { ProviderCallError } from '../video-provider.ts';
import type { Api } from './api.ts';
import { idOf, isConclusive, readHistory, readReport } from './read-tasks.ts';

const MAX_POLL_PAGES = 3;
/** With the pages of a poll, what one round of a watcher may ask: 10 of the 30 calls that a minute allows. */
const MAX_HISTORY_PAGES = 7;
/** Single tasks asked for in one poll. */
const MAX_LOOKUPS = 10;

/**
 * How operations of one key stand. A single one is asked for by itself; several by pages of the histories, and then by
 * themselves those that the pages do not show, or show without what matters (a failure's reason). Those that could not
 * be looked up this time are `pending`.
 *
 * Throws a ProviderCallError where a call failed and nothing final was learned.
 */
export async function pollOperations(
  api: Api,
  operationIds: readonly string[],
  options: CallOptions,
): Promise<Map<string, OperationReport>> {
  const wanted = new Set(operationIds);
  const reports = wanted.size > 1 ? await readPages(api, wanted, options) : new Map();
  const open = rotate([...wanted].filter((id) => !reports.has(id)));
  const lookups = open.slice(0, MAX_LOOKUPS).map(async (id) => {
    reports.set(id, await lookUp(api, id, options));
  });
  const results = await Promise.allSettled(lookups);
  const failed = results.find((result) => result.status === 'rejected');
  const learned = [...reports.values()].some(({ state }) => state === 'succeeded' || state === 'failed');
  if (failed && !learned) throw failed.reason;
  for (const id of wanted) if (!reports.has(id)) reports.set(id, { state: 'pending' });
  return reports;
}

async function readPages(
  api: Api,
  wanted: ReadonlySet<string>,
  options: CallOptions,
): Promise<Map<string, OperationReport>> {
  const reports = new Map<string, OperationReport>();
  const seen = new Set<string>();
  for (let number = 1; number <= MAX_POLL_PAGES && seen.size < wanted.size; number += 1) {
    const page = await api.histories(number, options);
    for (const entry of page.entries) {
      const id = idOf(entry);
      if (!wanted.has(id)) continue;
      const report = readReport(entry, options.secret);
      if (!report) continue;
      seen.add(id);
      if (isConclusive(entry, report)) reports.set(id, report);
    }
    if (page.last) break;
  }
  return reports;
}

async function lookUp(api: Api, id: string, options: CallOptions): Promise<OperationReport> {
  const task = await api.task(id, options);
  if (task === null) return { state: 'missing' };
  const report = readReport(task, options.secret);
  if (!report) throw new ProviderCallError('The provider answered a task without a status.', { status: 200 });
  return report;
}

/** Begins at random, so that with more than can be looked up at once each gets its turn. */
function rotate(ids: readonly string[]): string[] {
  const start = Math.floor(Math.random() * ids.length);
  return [...ids.slice(start), ...ids.slice(0, start)];
}

/**
 * The key's history back to `since`, newest first. Throws a ProviderCallError where it is longer than can be read:
 * with a part missing, nobody could say that an entry is the only one.
 */
export async function readHistorySince(api: Api, since: Date, options: CallOptions): Promise<HistoryEntry[]> {
  const found = new Map<string, HistoryEntry>();
  for (let number = 1; number <= MAX_HISTORY_PAGES; number += 1) {
    const page = await api.histories(number, options);
    // An unreadable time is kept: whether it is older cannot be said.
    const fresh = readHistory(page.entries).filter(({ createdAt }) => !(createdAt < since));
    for (const entry of fresh) found.set(entry.operationId, entry);
    if (page.last || fresh.length === 0) return [...found.values()];
  }
  throw new ProviderCallError('The history is too long to look for a lost submit in it.');
}
