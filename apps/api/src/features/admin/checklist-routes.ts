import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Checklist, ChecklistParams, ChecklistRun, TickItem } from '@veogate/shared/contracts/checklist';
import {
  type Finding,
  type ItemStanding,
  readChecklist,
  readSeats,
  tick,
} from '@veogate/shared/db/checklist-repo';
import { describeItem, itemsOf } from '@veogate/shared/domain/checklist';
import { AppError, invalidField } from '@veogate/shared/domain/errors';
import { judgeSafety } from '@veogate/shared/domain/safety';
import { gatherFacts } from '@veogate/shared/safety/gather-facts';
import { admin, auditor } from '../../access.ts';
import type { Services } from '../../services.ts';
import { checkDependencies } from './check-dependencies.ts';

type Needs = Pick<Services, 'db' | 'config' | 'log'>;

/** `/v1/admin/checklist`: what is to be looked at every day, week and month. */
export function checklistRoutes({ db, config, log }: Needs): FastifyPluginAsyncTypebox {
  const profile = config.ACCESS_PROFILE;

  async function show(): Promise<Checklist> {
    const allowed = await readSeats(db, profile, config.SEATS);
    return {
      data: (await readChecklist(db, profile)).map(present),
      seats: {
        used: await db.user.count({ where: { state: { not: 'leaving' } } }),
        allowed: allowed || null,
        raised_here: profile === 'public' && config.SEATS === 0,
      },
    };
  }

  async function run(item: 'dependencies' | 'security'): Promise<ChecklistRun> {
    if (item === 'dependencies') return checkDependencies(config.NPM_REGISTRY_URL, log);
    const facts = await gatherFacts(config, { db, files: [config.OWNER_TOKEN_FILE] });
    const { risk, checks } = judgeSafety(config, facts, new Date());
    const found = checks.filter(({ state }) => state !== 'ok');
    return {
      ok: !found.some(({ state }) => state === 'missing'),
      summary: `${checks.length} checks, ${found.length} to look at. The risk is ${risk}.`,
      findings: found.map(({ title, state, finding, mend }) => ({
        severity: state === 'missing' ? 'critical' : 'moderate',
        title,
        text: mend === null ? finding : `${finding} ${mend}`,
        url: null,
      })),
    };
  }

  return async (app) => {
    const tags = ['admin'];
    app.get(
      '/v1/admin/checklist',
      {
        schema: { tags, summary: 'The monitoring checklist', response: { 200: Checklist } },
        config: { access: auditor },
      },
      show,
    );

    app.post(
      '/v1/admin/checklist/:item/run',
      {
        schema: {
          tags,
          summary: 'Let the service look for itself',
          params: ChecklistParams,
          response: { 200: ChecklistRun },
        },
        config: { access: auditor },
      },
      async ({ params: { item } }) => {
        if (item !== 'dependencies' && item !== 'security')
          throw new AppError('wrong_state', 'This is for a person to look at.');
        return run(item);
      },
    );

    app.post(
      '/v1/admin/checklist/:item',
      {
        schema: {
          tags,
          summary: 'Tick an item: you looked',
          params: ChecklistParams,
          body: TickItem,
          response: { 200: Checklist },
        },
        config: { access: admin },
      },
      async ({ caller, params: { item }, body: { note, seats }, ip: address }) => {
        if (!itemsOf(profile).includes(item))
          throw new AppError('not_found', 'This profile does not ask for it.');
        if (seats !== undefined && item !== 'opening')
          throw invalidField('seats', 'They are raised with the item "opening" alone.');
        if (item === 'opening' && config.SEATS > 0)
          throw new AppError('wrong_state', 'The setting SEATS says how many there are.');
        if (item === 'opening' && seats === undefined)
          throw invalidField('seats', 'Say how many accounts there may be from now on.');
        const finding: Finding = seats === undefined ? {} : { seats };
        await db.$transaction((tx) =>
          tick(tx, item, { by: caller.userId, note: note?.trim() ?? null, finding, address }),
        );
        return show();
      },
    );
  };
}

function present({ id, state, dueAt, ticks }: ItemStanding): Checklist['data'][number] {
  const { cadence, title, about, evidence, runs = false } = describeItem(id);
  return {
    ...{ id, cadence, title, about, evidence, runs, state },
    due_at: dueAt?.toISOString() ?? null,
    ticks: ticks.map(({ at, byId, byName, note, finding }) => ({
      at: at.toISOString(),
      by: byId === null ? null : { id: byId, name: byName },
      note,
      // Written by `tick` alone.
      finding: finding as Finding,
    })),
  };
}
