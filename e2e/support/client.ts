import type { Generation } from '@veogate/shared/contracts/generations';
import type { Key } from '@veogate/shared/contracts/keys';
import { waitFor } from './wait-for.ts';

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** Calls the API over HTTP, as its owner. */
export function createClient(url: string, token: string) {
  async function call<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const isForm = body instanceof FormData;
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text.startsWith('{') ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, body: parsed as T };
  }

  const show = async (id: string): Promise<Generation> =>
    (await call<Generation>('GET', `/v1/generations/${id}`)).body;

  return {
    url,
    token,
    call,
    show,

    /** Adds a key and waits until it was checked. */
    async addKey(secret: string, state: Key['state'] = 'active', provider = 'genaipro'): Promise<Key> {
      const { body } = await call<Key>('POST', '/v1/keys', { provider, secret });
      return waitFor(`the key to be ${state}`, async () => {
        const key = (await call<Key>('GET', `/v1/keys/${body.id}`)).body;
        return key.state === state && key;
      });
    },

    async upload(bytes: Uint8Array<ArrayBuffer>, name = 'image.png'): Promise<string> {
      const form = new FormData();
      form.set('file', new Blob([bytes]), name);
      const { status, body } = await call<{ id: string }>('POST', '/v1/uploads', form);
      if (status !== 201) throw new Error(`The upload was answered ${status}: ${JSON.stringify(body)}`);
      return body.id;
    },

    /** Begins a generation; throws where it is not accepted. */
    async generate(
      keyId: string,
      more: Record<string, unknown> = {},
      headers: Record<string, string> = {},
    ): Promise<Generation> {
      const request = {
        model: 'genaipro/veo',
        kind: 'text_to_video',
        prompt: 'a paper boat',
        key_id: keyId,
        ...more,
      };
      const { status, body } = await call<Generation>('POST', '/v1/generations', request, headers);
      if (status !== 202) throw new Error(`The generation was answered ${status}: ${JSON.stringify(body)}`);
      return body;
    },

    /** Waits until a generation has one of these statuses. */
    waitForStatus(id: string, ...statuses: Generation['status'][]): Promise<Generation> {
      return waitFor(`generation ${id} to be ${statuses.join(' or ')}`, async () => {
        const generation = await show(id);
        return statuses.includes(generation.status) && generation;
      });
    },

    /** Waits until a generation reaches one of these stages of its life. */
    waitForStage(id: string, ...stages: Generation['stage'][]): Promise<Generation> {
      return waitFor(`generation ${id} to be ${stages.join(' or ')}`, async () => {
        const generation = await show(id);
        return stages.includes(generation.stage) && generation;
      });
    },
  };
}
