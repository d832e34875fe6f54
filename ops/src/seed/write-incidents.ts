import type { Database } from '@veogate/shared/db/client';
import type { FlagRuleId } from '@veogate/shared/domain/red-flags';
import { describeRule } from '@veogate/shared/domain/red-flags';
import { uuidv7 } from 'uuidv7';
import type { SeededPerson } from './person.ts';

const HOUR = 3_600_000;

/** Red flags of the last weeks: some dealt with, some to look into; and who ticked the checklist. */
export async function writeIncidents(
  db: Database,
  people: readonly SeededPerson[],
  end: number,
): Promise<void> {
  const admin = await db.user.findFirstOrThrow({ where: { role: 'admin' } });
  const [one, other] = people.toSorted((a, b) => b.zeal - a.zeal);
  if (!one || !other) return;

  async function raise(
    rule: FlagRuleId,
    hoursAgo: number,
    subjectId: string,
    evidence: Record<string, string | number>,
    state: 'open' | 'acknowledged' | 'resolved',
    words: [kind: string, text: string | null][] = [],
  ): Promise<void> {
    const { subject, severity } = describeRule(rule);
    const openedAt = new Date(end - hoursAgo * HOUR);
    const resolvedAt = state === 'resolved' ? new Date(openedAt.getTime() + 2 * HOUR) : null;
    const lastSeenAt = resolvedAt ?? new Date(end - 60_000);
    const id = uuidv7();
    const about = { id, rule, subject, subjectId, severity, state, evidence };
    await db.incident.create({ data: { ...about, openedAt, lastSeenAt, resolvedAt } });
    const story: [string, string | null][] = [['opened', null], ...words];
    for (const [index, [kind, text]] of story.entries()) {
      const at = new Date(openedAt.getTime() + index * 25 * 60_000);
      const actorId = kind === 'opened' || kind === 'acted' ? null : admin.id;
      await db.incidentEvent.create({ data: { id: uuidv7(), incidentId: id, at, kind, actorId, text } });
    }
    const told = { kind: 'alert', subject: describeRule(rule).title, text: '', incidentId: id, attempts: 1 };
    await db.notice.create({
      data: { id: uuidv7(), channel: 'email', ...told, state: 'sent', createdAt: openedAt, sentAt: openedAt },
    });
  }

  await raise('failure_storm', 24 * 19, 'genaipro', { failures: 41, ended: 58, minutes: 15 }, 'resolved', [
    ['acknowledged', null],
    ['noted', 'Their status page says maintenance.'],
    ['resolved', 'It works again.'],
  ]);
  await raise('refused_burst', 24 * 6, '203.0.113.77', { refusals: 412, minutes: 5 }, 'resolved', [
    ['acted', 'The network is turned away for an hour.'],
    ['resolved', 'A scanner. It did not come back.'],
  ]);
  await raise('many_networks', 30, other.id, { networks: 6, entries: 14, minutes: 60 }, 'acknowledged', [
    ['acknowledged', null],
    ['noted', 'Asked her; on tour with the band, an answer is due tomorrow.'],
  ]);
  await raise(
    'quota_drain',
    3,
    one.keyId,
    { unexplained: 37, fallen: 61, made_here: 24, hours: 24, provider: 'genaipro', owner: one.name },
    'open',
  );
  const ticks: [item: string, hoursAgo: number, note: string | null][] = [
    ['metrics', 5, null],
    ['incidents', 30, 'One is waiting for an answer.'],
    ['spot_check', 28, null],
    ['users', 24 * 4, 'Two people have left the team.'],
    ['quota', 24 * 12, null],
    ['security', 24 * 21, null],
  ];
  for (const [item, hoursAgo, note] of ticks)
    await db.checklistTick.create({
      data: { id: uuidv7(), item, byId: admin.id, note, at: new Date(end - hoursAgo * HOUR) },
    });
}
