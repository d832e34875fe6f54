import type { Database } from '@veogate/shared/db/client';
import { addEvent } from '@veogate/shared/db/incident-repo';
import { changeMode } from '@veogate/shared/db/mode-repo';
import { reinstateUser, suspendUser } from '@veogate/shared/db/user-admin-repo';
import type { FlagRuleId } from '@veogate/shared/domain/red-flags';
import type { EventSender } from '@veogate/shared/events/channel';
import { Problem } from '../command.ts';
import type { DrillAccount } from './account.ts';
import { waitUntil } from './wait-until.ts';

/** A rule looks every minute, and a mail may have to be tried twice. */
const DETECTION_MS = 180_000;
const STOP_MS = 60_000;
/** Of four videos each: more than what the drill itself spends, and than the rule lets pass. */
const FOREIGN_SUBMITS = 5;

/** What a step of the drill measured. Milliseconds. */
export interface Measured {
  name: string;
  /** From its beginning until a red flag was raised; null where none is for it. */
  detectedMs: number | null;
  /** From the red flag until somebody was told; null where nobody is set to be told. */
  toldMs: number | null;
  /** From the order until it held. */
  stoppedMs: number;
  notes: string[];
}

interface Needs {
  db: Database;
  events: Pick<EventSender, 'accountChanged' | 'serviceChanged'>;
  account: DrillAccount;
  /** Origin of the simulator. */
  simulatorUrl: string;
}

/** Somebody asks again and again for what the provider's filter refuses; their account is suspended. */
export async function drillAbuse({ db, events, account }: Needs): Promise<Measured> {
  const begin = Date.now();
  for (let n = 1; n <= 6; n += 1) await account.generate(`Fire drill ${n}: abuse [sim:unsafe_generation]`);
  const flag = await waitForFlag(db, 'filter_storm', account.userId, begin);
  const order = Date.now();
  await db.$transaction((tx) =>
    suspendUser(tx, account.userId, { until: null, reason: 'A fire drill.', by: null }),
  );
  events.accountChanged(account.userId);
  await waitUntil(
    'the account to be refused',
    STOP_MS,
    async () => (await account.generate('Fire drill')).status === 403,
  );
  const stoppedMs = Date.now() - order;
  await db.$transaction((tx) => reinstateUser(tx, account.userId, null));
  return { name: 'Abuse', ...flag, stoppedMs, notes: ['The account was refused at its next request.'] };
}

/** Somebody else spends on the key; its owner retires it. */
export async function drillLeakedKey({ db, account, simulatorUrl }: Needs): Promise<Measured> {
  const begin = Date.now();
  for (let n = 1; n <= FOREIGN_SUBMITS; n += 1) {
    const answer = await fetch(`${simulatorUrl}/genaipro/v2/veo/text-to-video`, {
      method: 'POST',
      headers: { authorization: `Bearer ${account.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ prompt: `Fire drill ${n}: somebody else`, number_of_videos: 4 },
        aspect_ratio: 'VIDEO_ASPECT_RATIO_LANDSCAPE',
      }),
    });
    await answer.body?.cancel();
  }
  await account.call('POST', `/v1/keys/${account.keyId}/check`);
  const flag = await waitForFlag(db, 'quota_drain', account.keyId, begin);
  const order = Date.now();
  await account.call('DELETE', `/v1/keys/${account.keyId}`);
  await waitUntil('the key to be erased', STOP_MS, async () => {
    const key = await db.providerKey.findUnique({ where: { id: account.keyId } });
    return key?.sealed === null;
  });
  return {
    name: 'A leaked key',
    ...flag,
    stoppedMs: Date.now() - order,
    notes: ['Its ciphertext is erased.'],
  };
}

/** The provider drops every submit; the service is paused, and opened again. */
export async function drillOutage({ db, events, account }: Needs): Promise<Measured> {
  const begin = Date.now();
  const ids: string[] = [];
  for (let n = 1; n <= 6; n += 1)
    ids.push((await account.generate(`Fire drill ${n}: outage [sim:drop_before_accept]`)).id);
  const flag = await waitForFlag(db, 'failure_storm', 'demo', begin);
  const order = Date.now();
  await move(db, 'paused');
  events.serviceChanged('paused');
  await waitUntil(
    'new work to be refused',
    STOP_MS,
    async () => (await account.generate('Fire drill')).status === 503,
  );
  const stoppedMs = Date.now() - order;
  await move(db, 'open');
  events.serviceChanged('open');
  await waitUntil('what was begun to end', STOP_MS, () => giveUp(account, ids));
  const unsent = await db.submission.count({ where: { generationId: { in: ids }, outcome: 'accepted' } });
  return {
    name: 'A provider is down',
    ...flag,
    stoppedMs,
    notes: [
      unsent === 0
        ? 'Nothing was sent twice: what may have been accepted waits for a person.'
        : 'LOOK AT THIS: a submit was accepted.',
    ],
  };
}

/** What still waits would keep the provider's breaker open, and what is unknown would keep the key. */
async function giveUp(account: DrillAccount, ids: string[]): Promise<boolean> {
  for (const id of ids) {
    await account.call('POST', `/v1/generations/${id}/cancel`);
    await account.call('POST', `/v1/generations/${id}/resolve`, { action: 'dismiss' });
  }
  const shown = await Promise.all(ids.map((id) => account.call('GET', `/v1/generations/${id}`)));
  return shown.every(({ body }) => body['status'] === 'failed' || body['status'] === 'canceled');
}

async function move(db: Database, mode: 'open' | 'paused'): Promise<void> {
  const changed = await db.$transaction((tx) => changeMode(tx, { mode, reason: 'A fire drill.', by: null }));
  if ('locked' in changed) throw new Problem('The service is in lockdown.');
}

async function waitForFlag(db: Database, rule: FlagRuleId, subjectId: string, begin: number) {
  const incident = await waitUntil(`the red flag ${rule}`, DETECTION_MS, () =>
    db.incident.findFirst({ where: { rule, subjectId, lastSeenAt: { gte: new Date(begin) } } }),
  );
  const detectedMs = Math.max(0, incident.lastSeenAt.getTime() - begin);
  const notices = await db.notice.count({ where: { incidentId: incident.id } });
  if (notices === 0) return { detectedMs, toldMs: null };
  const told = await waitUntil('somebody to be told', DETECTION_MS, () =>
    db.notice.findFirst({ where: { incidentId: incident.id, state: 'sent' }, orderBy: { sentAt: 'asc' } }),
  );
  return { detectedMs, toldMs: Math.max(0, (told.sentAt?.getTime() ?? 0) - incident.openedAt.getTime()) };
}

/** Whoever looks at the red flags afterwards knows what they were. */
export async function closeFlags(db: Database, since: Date): Promise<void> {
  const raised = await db.incident.findMany({
    where: {
      openedAt: { gte: since },
      rule: { in: ['filter_storm', 'quota_drain', 'failure_storm'] },
      state: { not: 'resolved' },
    },
  });
  for (const { id } of raised) {
    await db.incident.update({ where: { id }, data: { state: 'resolved', resolvedAt: new Date() } });
    await addEvent(db, id, { kind: 'resolved', text: 'A fire drill.' });
  }
}
