import { fromNow } from '../strings/format.ts';
import { useNow } from './use-now.ts';

/**
 * How far a time is from now, kept true. Alone in its component, so that the clock draws nothing else anew.
 *
 * @param say puts it into a sentence
 */
export function Ago({ time, say = (text) => text }: { time: string; say?: (text: string) => string }) {
  const now = useNow();
  return <time dateTime={time}>{say(fromNow(time, now))}</time>;
}
