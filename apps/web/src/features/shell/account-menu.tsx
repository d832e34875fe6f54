import { ActionIcon, Button, Popover, useMantineColorScheme } from '@mantine/core';
import {
  BookOpen,
  ChartColumn,
  FolderOpen,
  LogOut,
  Settings2,
  ShieldCheck,
  UserRound,
  Webhook,
} from 'lucide-react';
import { useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import type { Me } from '../../api/types.ts';
import { useSignOut } from '../../data/service.ts';
import { t } from '../../strings/en.ts';
import { LinkButton } from '../../ui/app-link.tsx';
import { Choice } from '../../ui/choice.tsx';
import { toast } from '../../ui/toasts.tsx';
import { forgetDraft } from '../draft/draft.ts';
import classes from './account-menu.module.css';

const schemes = [
  { value: 'light', name: t.menu.light },
  { value: 'dark', name: t.menu.dark },
  { value: 'auto', name: t.menu.system },
] as const;

const places = [
  { to: '/account', name: t.menu.account, Icon: UserRound },
  { to: '/projects', name: t.menu.projects, Icon: FolderOpen },
  { to: '/usage', name: t.menu.usage, Icon: ChartColumn },
  { to: '/webhooks', name: t.menu.webhooks, Icon: Webhook },
  { to: '/admin', name: t.menu.admin, Icon: ShieldCheck },
] as const;

/** Administration is shown to whoever may at least read it. */
function placesOf(role: Me['role']) {
  return places.filter(({ to }) => to !== '/admin' || role !== 'member');
}

const icon = { size: 18, strokeWidth: 1.75, 'aria-hidden': true } as const;

/** Who is signed in, how the page looks, and the way out. */
export function AccountMenu({ me }: { me: Me | undefined }) {
  const [isOpen, setOpen] = useState(false);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();

  function leave(): void {
    setOpen(false);
    signOut().then(forgetDraft, (error: unknown) => toast(toProblem(error).message, { tone: 'failed' }));
  }

  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-end"
      width={290}
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          size="var(--target)"
          aria-label={t.menu.label}
          onClick={() => setOpen((before) => !before)}
        >
          <Settings2 {...icon} size={20} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className={classes.panel} aria-label={t.menu.label}>
        {me && <p className={classes.who}>{t.menu.signedInAs(me.display_name)}</p>}
        <Choice
          wide
          legend={t.menu.colors}
          options={schemes}
          value={colorScheme}
          onChange={(scheme) => setColorScheme(scheme)}
        />
        {me?.state === 'active' && (
          <div>
            {placesOf(me.role).map(({ to, name, Icon }) => (
              <LinkButton
                key={to}
                to={to}
                variant="subtle"
                fullWidth
                justify="flex-start"
                leftSection={<Icon {...icon} />}
                onClick={() => setOpen(false)}
              >
                {name}
              </LinkButton>
            ))}
          </div>
        )}
        <Button
          component="a"
          href="/docs"
          variant="subtle"
          justify="flex-start"
          leftSection={<BookOpen {...icon} />}
        >
          {t.menu.docs}
        </Button>
        {me && (
          <div>
            <Button
              variant="subtle"
              fullWidth
              justify="flex-start"
              leftSection={<LogOut {...icon} />}
              onClick={leave}
            >
              {t.menu.signOut}
            </Button>
            <p className={classes.note}>{t.menu.signOutWarning}</p>
          </div>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
