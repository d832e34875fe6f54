import { ActionIcon, Button, Menu } from '@mantine/core';
import { Ellipsis } from 'lucide-react';
import type { Generation } from '../../api/types.ts';
import { t } from '../../strings/en.ts';
import { Confirm } from '../../ui/confirm.tsx';
import classes from './action-buttons.module.css';
import { type Action, useActions } from './use-actions.tsx';

const icon = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const;

/**
 * What can be done with a generation.
 *
 * @param compact the first as a button and the others behind a menu, for a card
 */
export function ActionButtons({
  generation,
  outputIndex,
  compact = false,
  onDeleted,
}: {
  generation: Generation;
  outputIndex?: number;
  compact?: boolean;
  onDeleted?: () => void;
}) {
  const { actions, isActing, dismissal } = useActions(generation, outputIndex, onDeleted);
  const shown = compact ? actions.filter(isFirst).slice(0, 2) : actions;
  const hidden = actions.filter((action) => !shown.includes(action));
  return (
    <div className={classes.row} data-compact={compact || undefined}>
      {shown.map((action, index) => (
        <One
          key={action.name}
          action={action}
          isMain={!compact && index === 0 && action.name !== 'copy_link'}
          isBusy={isActing}
        />
      ))}
      {hidden.length > 0 && (
        <Menu position="bottom-end" width={200} shadow="md">
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              size="2.25rem"
              className={classes.more}
              aria-label={`${t.actions.more}: ${generation.prompt.slice(0, 60)}`}
            >
              <Ellipsis size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {hidden.map(({ name, label, Icon, run, href }) =>
              href === undefined ? (
                <Menu.Item key={name} leftSection={<Icon {...icon} />} className={classes.item} onClick={run}>
                  {label}
                </Menu.Item>
              ) : (
                <Menu.Item
                  key={name}
                  component="a"
                  href={href}
                  leftSection={<Icon {...icon} />}
                  className={classes.item}
                >
                  {label}
                </Menu.Item>
              ),
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      <Confirm
        isOpen={dismissal.isOpen}
        title={t.actions.dismissTitle}
        confirm={t.actions.dismissConfirm}
        cancel={t.actions.keep}
        onConfirm={dismissal.confirm}
        onClose={dismissal.close}
      >
        <p>{t.actions.dismissText}</p>
      </Confirm>
    </div>
  );
}

function One({
  action: { label, Icon, run, href },
  isMain,
  isBusy,
}: {
  action: Action;
  isMain: boolean;
  isBusy: boolean;
}) {
  const looks = {
    size: 'sm',
    variant: isMain ? 'filled' : 'default',
    leftSection: <Icon {...icon} />,
    className: classes.button,
  } as const;
  return href === undefined ? (
    <Button {...looks} disabled={isBusy} onClick={run}>
      {label}
    </Button>
  ) : (
    <Button {...looks} component="a" href={href}>
      {label}
    </Button>
  );
}

/** Worth a button of its own on a card: what its state asks for. */
function isFirst({ name }: Action): boolean {
  return name === 'cancel' || name === 'look_again' || name === 'dismiss' || name === 'retry';
}
