/** The positions of the off switch, from the mildest to the last resort; the text says what each one does. */
export const modeMeanings = {
  open: 'everything runs.',
  paused: 'nothing new is begun or sent to a provider; what was sent is collected.',
  closed: 'as paused, and only administrators get in.',
  lockdown:
    'as closed; every session and token is revoked, and every stored key is erased. It cannot be undone.',
} as const;
export type Mode = keyof typeof modeMeanings;
export const modes = Object.keys(modeMeanings) as [Mode, ...Mode[]];

/** Whether only administrators get in. */
export const isShut = (mode: Mode): boolean => mode === 'closed' || mode === 'lockdown';
