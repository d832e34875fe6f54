import { useNavigate } from '@tanstack/react-router';
import {
  Copy,
  Download,
  Eye,
  type LucideIcon,
  PencilLine,
  Pin,
  PinOff,
  RotateCw,
  Trash2,
  X,
} from 'lucide-react';
import { useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import type { Generation } from '../../api/types.ts';
import { useAct } from '../../data/generations.ts';
import { usePendingDeletions } from '../../data/pending-deletions.ts';
import { useMayChange } from '../../data/projects.ts';
import { t } from '../../strings/en.ts';
import { toast } from '../../ui/toasts.tsx';
import { replaceDraft, toDraft } from '../draft/draft.ts';
import { type ActionName, actionsFor } from './actions.ts';

export interface Action {
  name: ActionName;
  label: string;
  Icon: LucideIcon;
  run: () => void;
  /** For a download, which is a link. */
  href?: string;
}

const looks: Record<ActionName, { label: string; Icon: LucideIcon }> = {
  cancel: { label: t.actions.cancel, Icon: X },
  look_again: { label: t.actions.lookAgain, Icon: Eye },
  dismiss: { label: t.actions.dismiss, Icon: X },
  retry: { label: t.actions.retry, Icon: RotateCw },
  download: { label: t.actions.download, Icon: Download },
  pin: { label: t.actions.pin, Icon: Pin },
  unpin: { label: t.actions.unpin, Icon: PinOff },
  use_again: { label: t.actions.useAgain, Icon: PencilLine },
  copy_link: { label: t.actions.copyLink, Icon: Copy },
  delete: { label: t.actions.delete, Icon: Trash2 },
};

/**
 * What can be done with a generation, ready to be drawn as buttons.
 *
 * @param outputIndex which file a download takes
 * @param onDeleted called once it is gone from the page
 */
export function useActions(generation: Generation, outputIndex = 0, onDeleted?: () => void) {
  const { id, outputs } = generation;
  const navigate = useNavigate();
  const act = useAct(id);
  const { remove } = usePendingDeletions();
  const mayChange = useMayChange(generation.project_id);
  const [isDismissing, setDismissing] = useState(false);

  const send = (action: Parameters<typeof act.mutate>[0], after?: (made: Generation) => void) =>
    act.mutate(action, {
      onSuccess: (made) => after?.(made),
      onError: (error) => {
        const { message, advice } = toProblem(error);
        toast(`${message} ${advice}`, { tone: 'failed' });
      },
    });

  const run: Record<ActionName, () => void> = {
    cancel: () => send('cancel'),
    look_again: () => send('look_again'),
    dismiss: () => setDismissing(true),
    retry: () => send('retry', (made) => void navigate({ to: '/generations/$id', params: { id: made.id } })),
    download: () => {},
    pin: () => send('pin'),
    unpin: () => send('unpin'),
    use_again: () => {
      replaceDraft(toDraft(generation));
      void navigate({ to: '/' });
      scrollTo(0, 0);
    },
    copy_link: () => void copyLink(id),
    delete: () => {
      remove(id);
      onDeleted?.();
    },
  };

  const output = outputs.find(({ index }) => index === outputIndex) ?? outputs[0];
  return {
    actions: actionsFor(generation, mayChange).map(
      (name): Action => ({
        name,
        ...looks[name],
        run: run[name],
        ...(name === 'download' && output && { href: `${output.url}?download=1` }),
      }),
    ),
    isActing: act.isPending,
    /** Asks before giving up what may be billed. */
    dismissal: {
      isOpen: isDismissing,
      close: () => setDismissing(false),
      confirm: () => {
        setDismissing(false);
        send('dismiss');
      },
    },
  };
}

async function copyLink(id: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(`${location.origin}/generations/${id}`);
    toast(t.actions.copied);
  } catch {
    toast(t.actions.copyFailed, { tone: 'failed' });
  }
}
