/** How many may be in flight at once. */
export interface Slots {
  perUser: number;
  perKey: number;
  global: number;
}

interface SlotSettings {
  MAX_IN_FLIGHT_PER_USER: number;
  MAX_IN_FLIGHT_PER_KEY: number;
  MAX_IN_FLIGHT: number;
}

/** The slots that the settings give. */
export function toSlots(settings: SlotSettings): Slots {
  return {
    perUser: settings.MAX_IN_FLIGHT_PER_USER,
    perKey: settings.MAX_IN_FLIGHT_PER_KEY,
    global: settings.MAX_IN_FLIGHT,
  };
}

/** How long a model's work takes, in milliseconds: half of it, and nine tenths of it, is done by then. */
export interface Latency {
  p50Ms: number;
  p90Ms: number;
}

/**
 * How long a generation will probably wait for its slot: a slot is given back each time that one in flight ends, so
 * whoever stands n rounds behind waits n times what one takes. An estimate, in whole seconds.
 *
 * @param place as the queue has it: 1 is next
 */
export function estimateWait(
  place: { position: number; turnOfUser: number; turnOfKey: number },
  slots: Slots,
  { p50Ms, p90Ms }: Latency,
): { p50: number; p90: number } {
  const rounds = Math.max(
    roundsBehind(place.turnOfUser, slots.perUser),
    roundsBehind(place.turnOfKey, slots.perKey),
    roundsBehind(place.position, slots.global),
  );
  return { p50: toSeconds(rounds * p50Ms), p90: toSeconds(rounds * p90Ms) };
}

function roundsBehind(turn: number, slots: number): number {
  return Math.max(0, Math.ceil((turn - slots) / slots));
}

function toSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
