import { type ClaimedNotice, claimNotice, recordNotice } from '@veogate/shared/db/notice-repo';
import { nextNoticeWaitMs } from '@veogate/shared/domain/notices';
import { scrub } from '@veogate/shared/providers/http/scrub';
import { sendWebhook } from '@veogate/shared/webhooks/send';
import type { Again } from '../run-workers.ts';
import type { Services } from '../services.ts';

/** How much longer than an attempt its claim lasts. */
const LEASE_FACTOR = 4;

/** Why a notice did not go out, for whoever looks after the service. */
interface Refusal {
  error: string;
  /** Whether another attempt could do better. */
  final: boolean;
}

/** Sends what the service itself has to say, at least once, until it is taken or a day has passed. */
export function createSendNotice({ db, config, mailer, metrics, log }: Services) {
  const timeoutMs = config.WEBHOOK_TIMEOUT_MS;

  return async ({ noticeId }: { noticeId: string }): Promise<Again | undefined> => {
    const notice = await claimNotice(db, noticeId, LEASE_FACTOR * timeoutMs);
    if (!notice) return undefined;
    const refusal = await (notice.channel === 'email' ? sendMail(notice) : sendAlert(notice));
    const waitMs =
      !refusal || refusal.final ? null : nextNoticeWaitMs(notice.attempts, config.NOTICE_RETRY_BASE_MS);
    await recordNotice(db, notice, { error: refusal?.error ?? null, waitMs });
    const { kind, channel } = notice;
    metrics.notices.inc({ kind, channel, outcome: refusal ? 'refused' : 'sent' });
    const line = { noticeId, kind, channel, attempt: notice.attempts };
    if (refusal) log.warn({ ...line, error: refusal.error, waitMs }, 'a notice was not taken');
    else log.info(line, 'notice sent');
    return waitMs === null ? undefined : { againInMs: waitMs };
  };

  async function sendMail({ id, recipient, subject, text }: ClaimedNotice): Promise<Refusal | null> {
    const to = recipient === null ? config.ALERT_EMAILS : [recipient];
    if (to.length === 0) return { error: 'ALERT_EMAILS names nobody.', final: true };
    if (!mailer) return { error: 'No mail server is set (SMTP_URL).', final: true };
    try {
      await mailer.send({ to, subject, text, id });
      return null;
    } catch (error) {
      const { responseCode, message } = error as { responseCode?: number; message: string };
      // The server's own words may hold the address, which is nobody else's business.
      const said = responseCode
        ? `The mail server answered ${responseCode}.`
        : scrub(message, recipient ?? '');
      return { error: said, final: responseCode !== undefined && responseCode >= 550 && responseCode < 554 };
    }
  }

  async function sendAlert({ id, kind, text, data, createdAt }: ClaimedNotice): Promise<Refusal | null> {
    const url = config.ALERT_WEBHOOK_URL;
    if (!url) return { error: 'ALERT_WEBHOOK_URL is not set.', final: true };
    // `text` is what chat services show.
    const body = JSON.stringify({ id, type: kind, timestamp: createdAt.toISOString(), text, data });
    // Whoever set it may send to a machine of their own.
    const sent = await sendWebhook({ url, headers: {}, body, allowedHosts: [new URL(url).host], timeoutMs });
    return sent.delivered ? null : { error: sent.error ?? 'It was not taken.', final: sent.status === 410 };
  }
}
