import type { CreateGeneration } from '@veogate/shared/contracts/generations';
import type { Gates } from '@veogate/shared/db/gate-repo';
import { checkRequest } from '@veogate/shared/domain/check-request';
import { AppError, invalidField } from '@veogate/shared/domain/errors';
import type { Model } from '@veogate/shared/domain/models';

type Asked = Pick<CreateGeneration, 'model' | 'kind' | 'image_ids' | 'params' | 'count'> & {
  prompt?: string | undefined;
};

/** The model that was asked for, if it takes the request. Throws `invalid_request` with every field that is wrong. */
export function checkAgainstModel(models: readonly Model[], asked: Asked): Model {
  const model = models.find(({ id }) => id === asked.model);
  if (!model) {
    const allowed = models.map(({ id }) => id);
    throw invalidField('model', `There is no model ${asked.model}.`, allowed);
  }
  const issues = checkRequest(model, {
    kind: asked.kind,
    // An estimate may come before the prompt is written.
    prompt: asked.prompt ?? 'x',
    imageCount: asked.image_ids?.length ?? 0,
    params: asked.params ?? {},
    count: asked.count ?? 1,
  });
  if (issues.length > 0) throw new AppError('invalid_request', '', { issues });
  return model;
}

/** Whether the service, the project, the key and the images allow it right now. Throws where one does not. */
export function checkGates(gates: Gates, model: Model, imageIds: readonly string[]): void {
  const { mode, withdrawal, key, projectRole, uploads } = gates;
  if (mode === 'paused') throw new AppError('service_paused');
  if (mode !== 'open') throw new AppError('service_closed');
  if (withdrawal !== null)
    throw invalidField('model', `${model.name} is not offered at present: ${withdrawal}`);
  if (!projectRole) throw new AppError('not_found', 'There is no such project.');
  if (projectRole === 'viewer')
    throw new AppError('forbidden', 'A viewer of a project cannot generate in it.');
  if (!key) throw new AppError('not_found', 'There is no such key.');
  if (key.state !== 'active' && key.state !== 'checking') {
    throw new AppError('key_not_usable', `The key is ${key.state.replace('_', ' ')}.`);
  }
  if (key.provider !== model.provider) {
    const message = `${model.name} needs a key of ${model.provider}; this one is of ${key.provider}.`;
    throw invalidField('key_id', message);
  }
  for (const id of imageIds) {
    const upload = uploads.find((candidate) => candidate.id === id);
    if (!upload) throw new AppError('not_found', `There is no upload ${id}.`);
    if (upload.deletedAt) throw new AppError('inputs_gone', `The upload ${id} is no longer stored.`);
  }
}
