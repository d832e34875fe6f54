import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { BookOpen, LogOut, Monitor, Moon, Settings2, Sun } from 'lucide-react';
import { toProblem } from '../../api/problem.ts';
import { useMe, useSignOut } from '../../data/service.ts';
import { t } from '../../strings/en.ts';
import { toast } from '../../ui/toasts.tsx';
import classes from './account-menu.module.css';

const schemes = [
  { value: 'light', name: t.menu.light, Icon: Sun },
  { value: 'dark', name: t.menu.dark, Icon: Moon },
  { value: 'auto', name: t.menu.system, Icon: Monitor },
] as const;

/** Who is signed in, how the page looks, and the way out. */
export function AccountMenu() {
  const isSigningIn = useLocation({ select: ({ pathname }) => pathname === '/launch' });
  const { data: me } = useMe({ enabled: !isSigningIn });
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const icon = { size: 18, strokeWidth: 1.75, 'aria-hidden': true } as const;
  return (
    <Menu position="bottom-end" width={260} shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" size="var(--target)" aria-label={t.menu.label}>
          <Settings2 {...icon} size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {me && <Menu.Label className={classes.label}>{t.menu.signedInAs(me.display_name)}</Menu.Label>}
        <Menu.Label className={classes.label}>{t.menu.colors}</Menu.Label>
        {schemes.map(({ value, name, Icon }) => (
          <Menu.Item
            key={value}
            className={classes.item}
            leftSection={<Icon {...icon} />}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            onClick={() => setColorScheme(value)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component="a" href="/docs" className={classes.item} leftSection={<BookOpen {...icon} />}>
          {t.menu.docs}
        </Menu.Item>
        {me && (
          <Menu.Item
            className={classes.item}
            leftSection={<LogOut {...icon} />}
            onClick={() =>
              signOut().catch((error: unknown) => toast(toProblem(error).message, { tone: 'failed' }))
            }
          >
            {t.menu.signOut}
            <span className={classes.note}>{t.menu.signOutWarning}</span>
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
