import { describe, expect, it } from 'vitest';
import { matchLostAttempt } from '../../src/providers/recover.ts';
import type { HistoryEntry, LostAttempt } from '../../src/providers/video-provider.ts';

const attempt: LostAttempt = { prompt: 'a fox', count: 1, startedAt: new Date('2026-11-24T07:00:00.700Z') };

function entry(operationId: string, more: Partial<HistoryEntry> = {}): HistoryEntry {
  return { operationId, prompt: 'a fox', createdAt: new Date('2026-11-24T07:00:02Z'), ...more };
}
const at = (time: string) => ({ createdAt: new Date(time) });

describe('a lost attempt is found', () => {
  it.each<[string, Partial<LostAttempt>, HistoryEntry[], string[]]>([
    ['where exactly one entry can be it', {}, [entry('a')], ['a']],
    ['among other prompts', {}, [entry('b', { prompt: 'a hen' }), entry('a')], ['a']],
    ['among what is known', {}, [entry('known'), entry('a')], ['a']],
    ['among what is older', {}, [entry('old', at('2026-11-24T06:59:59.999Z')), entry('a')], ['a']],
    ['where the provider cuts to seconds', {}, [entry('a', at('2026-11-24T07:00:00Z'))], ['a']],
    ['where it asked for several', { count: 2 }, [entry('a'), entry('b')], ['a', 'b']],
    ['where an entry is listed twice', {}, [entry('a'), entry('a')], ['a']],
    ['where the prompt was trimmed', { prompt: ' a\r\nfox ' }, [entry('a', { prompt: 'a\nfox' })], ['a']],
  ])('%s', (_what, more, history, expected) => {
    expect(matchLostAttempt({ ...attempt, ...more }, history, new Set(['known']))).toEqual(expected);
  });
});

describe('a person decides', () => {
  const unreadable = { createdAt: new Date(Number.NaN) };
  it.each<[string, Partial<LostAttempt>, HistoryEntry[]]>([
    ['where nothing is there', {}, []],
    ['where two can be the one', {}, [entry('a'), entry('b')]],
    ['where fewer are there than it asked for', { count: 2 }, [entry('a')]],
    ['where more are there than it asked for', { count: 2 }, [entry('a'), entry('b'), entry('c')]],
    ['where all are known', {}, [entry('known')]],
    ['where all are older', {}, [entry('a', at('2026-11-24T06:59:59Z'))]],
    ['where the prompt only begins alike', {}, [entry('a', { prompt: 'a fox!' })]],
    ['where the time cannot be read', {}, [entry('a', unreadable)]],
    ['where another of unknown time may be it', { count: 2 }, [entry('a'), entry('b', unreadable)]],
  ])('%s', (_what, more, history) => {
    expect(matchLostAttempt({ ...attempt, ...more }, history, new Set(['known']))).toBeNull();
  });
});
