import { toProblem } from '../../api/problem.ts';
import type { Key } from '../../api/types.ts';
import { useUnfinished } from '../../data/generations.ts';
import { useRetireKey } from '../../data/keys.ts';
import { t } from '../../strings/en.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { toast } from '../../ui/toasts.tsx';

/** Says what becomes of the work under way before a key is retired. */
export function RetireDialog({
  apiKey,
  isOpen,
  onClose,
}: {
  apiKey: Key;
  isOpen: boolean;
  onClose: () => void;
}) {
  const retire = useRetireKey();
  const { data: unfinished = [] } = useUnfinished();
  const ofKey = unfinished.filter(({ key_id }) => key_id === apiKey.id);
  const waiting = ofKey.filter(({ status }) => status === 'queued').length;
  const sent = ofKey.length - waiting;
  return (
    <Confirm
      isOpen={isOpen}
      title={t.keys.retireTitle(apiKey.label)}
      confirm={t.keys.retireConfirm}
      cancel={t.keys.keep}
      isBusy={retire.isPending}
      onClose={onClose}
      onConfirm={() =>
        retire.mutate(apiKey.id, {
          onSuccess: () => {
            onClose();
            toast(t.keys.retired);
          },
          onError: (error) => toast(toProblem(error).message, { tone: 'failed' }),
        })
      }
    >
      <p>{t.keys.retireText}</p>
      {waiting > 0 && <p>{t.keys.retireWaiting(waiting)}</p>}
      {sent > 0 && <p>{t.keys.retireCollected(sent)}</p>}
    </Confirm>
  );
}
