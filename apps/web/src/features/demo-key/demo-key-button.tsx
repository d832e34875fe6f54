import { Button } from '@mantine/core';
import { toProblem } from '../../api/problem.ts';
import { useAddKey } from '../../data/keys.ts';
import { useMeta } from '../../data/service.ts';
import { t } from '../../strings/en.ts';
import { toast } from '../../ui/toasts.tsx';

/** Adds a key for the simulated provider, where the service offers one. */
export function DemoKeyButton() {
  const { data: meta } = useMeta();
  const add = useAddKey();
  if (!meta?.demo) return null;
  return (
    <Button
      variant="filled"
      size="sm"
      loading={add.isPending}
      onClick={() =>
        add.mutate(
          { provider: 'demo', label: t.keys.demoLabel, secret: newDemoSecret() },
          {
            onSuccess: () => toast(t.keys.saved),
            onError: (error) => toast(toProblem(error).message, { tone: 'failed' }),
          },
        )
      }
    >
      {t.keys.takeDemo}
    </Button>
  );
}

/** Shaped like the tokens of the real providers; the simulator takes any. */
function newDemoSecret(): string {
  const random = crypto.getRandomValues(new Uint8Array(24));
  return `eyJ${btoa(String.fromCharCode(...random)).replaceAll(/[+/=]/g, '')}`;
}
