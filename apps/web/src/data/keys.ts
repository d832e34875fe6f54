import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';
import type { Key, NewKey } from '../api/types.ts';
import { cleared } from './clearance.ts';

const queryKey = ['keys'];
const PAGE = 100;

/** All keys of this person, newest first. A person has few, so that all of them are read. */
export function useKeys() {
  return useQuery({ queryKey, queryFn: readAll });
}

async function readAll(): Promise<Key[]> {
  const keys: Key[] = [];
  for (let after: string | undefined; ; ) {
    const query = { limit: PAGE, ...(after !== undefined && { after }) };
    const { data, next } = await answerOf(api.GET('/v1/keys', { params: { query } }));
    keys.push(...data);
    if (next === null) return keys;
    after = next;
  }
}

/** A generation can be begun with these: they are good, or are about to be checked. */
export function isUsable({ state }: Key): boolean {
  return state === 'active' || state === 'checking';
}

/** Puts what is known now of a key into the list. */
export function applyKey(client: QueryClient, key: Key): void {
  client.setQueryData<Key[]>(queryKey, (keys) => {
    if (!keys) return keys;
    const known = keys.some(({ id }) => id === key.id);
    return known ? keys.map((other) => (other.id === key.id ? key : other)) : [key, ...keys];
  });
}

export function useAddKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewKey) => cleared(() => answerOf(api.POST('/v1/keys', { body }))),
    // What was sent holds the key itself, and is not remembered.
    gcTime: 0,
    // Its check may have ended before the answer came: the list is read, and says how the key is now.
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
}

/** Has a key checked again, which costs nothing. */
export function useCheckKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answerOf(api.POST('/v1/keys/{id}/check', { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
}

export function useRetireKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answerOf(api.DELETE('/v1/keys/{id}', { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
}
