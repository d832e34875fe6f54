import { useMe, useMeta } from '../../data/service.ts';
import { accountText as t } from '../../strings/en/account.ts';
import { t as shell } from '../../strings/en.ts';
import { Page } from '../../ui/page.tsx';
import { Budgets } from './budgets.tsx';
import { Claim } from './claim.tsx';
import { DisplayName } from './display-name.tsx';
import { Leave } from './leave.tsx';
import { OwnData } from './own-data.tsx';
import { Sessions } from './sessions.tsx';
import { Storage } from './storage.tsx';
import { Tokens } from './tokens.tsx';
import { WaysIn } from './ways-in.tsx';

/** One's own account: name, sessions, ways in, tokens, data, and the way out for good. */
export function AccountPage() {
  const { data: me } = useMe();
  const { data: meta } = useMeta();
  if (!me || !meta) return null;
  return (
    <Page documentTitle={shell.app.titles.account} title={t.title}>
      <DisplayName me={me} />
      <Budgets />
      <Storage storage={me.storage} />
      <Sessions />
      <WaysIn />
      <Tokens me={me} />
      {me.can_claim_admin && <Claim />}
      <OwnData />
      {/* The one account of a machine is the installation, which is deleted by deleting its data. */}
      {meta.access_profile !== 'local' && <Leave me={me} />}
    </Page>
  );
}
