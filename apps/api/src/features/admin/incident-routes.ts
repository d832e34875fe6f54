import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdParams } from '@veogate/shared/contracts/common';
import {
  type Incident,
  IncidentPage,
  IncidentQuery,
  SayOfIncident,
  WholeIncident,
} from '@veogate/shared/contracts/incidents';
import { append } from '@veogate/shared/db/audit-repo';
import {
  findIncident,
  type IncidentRow,
  listIncidents,
  readEvidence,
  sayOfIncident,
  type WholeIncident as WholeRow,
} from '@veogate/shared/db/incident-repo';
import { AppError, invalidField } from '@veogate/shared/domain/errors';
import { describeRule, isFlagRule } from '@veogate/shared/domain/red-flags';
import { admin, auditor } from '../../access.ts';
import { toPage } from '../../present/page.ts';
import type { Services } from '../../services.ts';

/** `/v1/admin/incidents`: red flags that were raised, and what became of them. */
export function incidentRoutes({ db }: Pick<Services, 'db'>): FastifyPluginAsyncTypebox {
  async function find(id: string): Promise<WholeIncident> {
    const row = await findIncident(db, id);
    if (!row) throw new AppError('not_found', 'There is no such incident.');
    return presentWhole(row);
  }

  return async (app) => {
    const tags = ['admin'];
    app.get(
      '/v1/admin/incidents',
      {
        schema: {
          tags,
          summary: 'Red flags that were raised, newest first',
          querystring: IncidentQuery,
          response: { 200: IncidentPage },
        },
        config: { access: auditor },
      },
      async ({ query: { limit, after, state, rule } }) => {
        const states = state === 'unresolved' ? (['open', 'acknowledged'] as const) : state && [state];
        const rows = await listIncidents(db, { states, rule }, { limit, after });
        return toPage(
          rows,
          limit,
          ({ id }) => id,
          (page) => page.map(present),
        );
      },
    );

    app.get(
      '/v1/admin/incidents/:id',
      {
        schema: {
          tags,
          summary: 'One of them, with its history and who was told',
          params: IdParams,
          response: { 200: WholeIncident },
        },
        config: { access: auditor },
      },
      ({ params }) => find(params.id),
    );

    app.post(
      '/v1/admin/incidents/:id/events',
      {
        schema: {
          tags,
          summary: 'Acknowledge, resolve or reopen it, or add a note',
          params: IdParams,
          body: SayOfIncident,
          response: { 200: WholeIncident },
        },
        config: { access: admin },
      },
      async ({ caller, params: { id }, body, ip }) => {
        const { word, text } = body;
        if (word === 'noted' && text === undefined) throw invalidField('text', 'A note needs a text.');
        await db.$transaction(async (tx) => {
          const said = { word, by: caller.userId, text: text?.trim() ?? null };
          const refusal = await sayOfIncident(tx, id, said);
          if (refusal === 'gone') throw new AppError('not_found', 'There is no such incident.');
          if (refusal === 'unfit') throw new AppError('wrong_state', `It cannot be ${word} as it stands.`);
          if (refusal === 'other') throw new AppError('wrong_state', 'The same is open in another incident.');
          await append(tx, {
            action: `incident.${word}`,
            actorId: caller.userId,
            subject: 'incident',
            subjectId: id,
            address: ip,
          });
        });
        return find(id);
      },
    );
  };
}

function present(row: IncidentRow): Incident {
  const { id, severity, state, subject, subjectId, subjectName, userId, openedAt, lastSeenAt, resolvedAt } =
    row;
  // A rule that a later version dropped goes on standing in the history.
  const rule = row.rule as Incident['rule'];
  return {
    id,
    rule,
    title: isFlagRule(rule) ? describeRule(rule).title : rule,
    severity: severity as Incident['severity'],
    state,
    subject: {
      type: subject as Incident['subject']['type'],
      id: subjectId || null,
      name: subjectName,
      user_id: userId,
    },
    evidence: readEvidence(row),
    opened_at: openedAt.toISOString(),
    last_seen_at: lastSeenAt.toISOString(),
    resolved_at: resolvedAt?.toISOString() ?? null,
  };
}

function presentWhole(row: WholeRow): WholeIncident {
  return {
    ...present(row),
    about: isFlagRule(row.rule) ? describeRule(row.rule).about : '',
    events: row.events.map(({ at, kind, actorId, actorName, text }) => ({
      at: at.toISOString(),
      kind: kind as WholeIncident['events'][number]['kind'],
      actor: actorId === null ? null : { id: actorId, name: actorName },
      text,
    })),
    alerts: row.notices.map(({ channel, state, attempts, lastError, createdAt, sentAt }) => ({
      channel,
      state,
      attempts,
      error: lastError,
      created_at: createdAt.toISOString(),
      sent_at: sentAt?.toISOString() ?? null,
    })),
  };
}
