import { Button } from '@mantine/core';
import { Download } from 'lucide-react';
import { accountText } from '../../strings/en/account.ts';
import classes from '../../ui/form.module.css';
import { Section } from '../../ui/section.tsx';

const { data: t } = accountText;

/** Everything that is kept of this person, as a file. */
export function OwnData() {
  return (
    <Section title={t.title} intro={t.intro}>
      <div className={classes.buttons}>
        <Button
          component="a"
          href="/v1/me/export"
          download
          size="sm"
          leftSection={<Download size={16} aria-hidden />}
        >
          {t.download}
        </Button>
      </div>
      <p className={classes.note}>{t.note}</p>
    </Section>
  );
}
